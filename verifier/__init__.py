"""Checks a custody bundle without trusting the house that made it."""
