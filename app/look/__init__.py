"""How things look and are said, the same on every page."""
