"""The parts of the page for a person's own music, one concept a file."""
