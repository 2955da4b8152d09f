"""What the README and the docs claim, each claim a command."""
