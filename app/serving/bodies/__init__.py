"""What clients send and what they get, field by field; one concept a file."""
