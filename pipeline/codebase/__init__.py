"""The project's own code as data: what its definitions are, and what each of them reaches."""
