"""A shelf: one file tells some of what lies behind the four doors; `things(by, at)` gives it."""
