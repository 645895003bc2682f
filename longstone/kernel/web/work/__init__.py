"""A shelf: one file tells one kind of thing that can wait for somebody; `piles(by, at)` gives it."""
