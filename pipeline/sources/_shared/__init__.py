"""Reading files of rows: what several sources are made of."""
