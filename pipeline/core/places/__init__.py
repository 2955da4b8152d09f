"""Countries and the regions that they belong to."""
