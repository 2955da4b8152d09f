"""What metrics are taken of, and how they are taken for every recipe, part and region."""
