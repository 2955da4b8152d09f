"""Artist names: repairing, comparing and finding them."""
