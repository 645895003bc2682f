"""A shelf: one file adds one kind of thing to the search over all rooms; `KIND` says how it is found."""
