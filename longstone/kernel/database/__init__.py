"""PostgreSQL, with a guard on every write (D6)."""
