"""The page on models, a file a section; `app/views/models.py` puts them together."""
