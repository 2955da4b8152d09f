"""What training and serving share. Imports no training library and no other part of the project."""
