"""What a table is: declared once, checked, written whole, and asked with SQL."""
