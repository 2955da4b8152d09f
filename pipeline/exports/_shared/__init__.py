"""Reading files that people bring: what several readers are made of."""
