"""Table to table: one function for each question that a screen asks. Nothing is read here."""
