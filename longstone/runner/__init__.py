"""make run: the database, the web, the worker and the sequencer, watched over together."""
