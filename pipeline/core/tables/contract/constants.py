"""What several tables, and those who read them, have in common."""

SCHEMA_VERSION = 1
"""Raised whenever a reader of the last version could not read a build of this one."""

PARTS = ("train", "valid", "test")
"""The parts of a split, in order: fitted on, chosen on, only reported."""

VIEWS = ("countries", "regions", "country", "region", "within")
"""What a metric may be measured of; the table metrics says what each means."""
