"""What every page stands in: its declaration, its address, the build that it shows."""
