"""One page a file: load, ask, select, draw, caption."""
