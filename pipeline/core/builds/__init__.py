"""Sealed builds: what the pipeline publishes and every reader opens."""
