"""Deadlines as data: a file on a shelf says from what to what something is counted, how long it may take, and who is told."""
