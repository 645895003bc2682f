"""A shelf: one file tells one kind of thing that can wait for somebody, behind its DOOR; `piles(by, at)` gives it."""
