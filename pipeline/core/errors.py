"""Errors that a person can mend."""

from __future__ import annotations


class UserError(ValueError):
    """Something that was given is not as expected.

    The message says what was expected, what came, where, and what to do; it is shown as it is,
    without a traceback.
    """
