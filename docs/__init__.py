"""Pages made from code: docs/made/, written by `python -m docs`."""
