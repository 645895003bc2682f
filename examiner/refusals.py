"""What does the examiner say when it will not start?"""

from __future__ import annotations


class Refused(Exception):
    """A sentence that says what is wrong and what to do; nothing was begun."""
