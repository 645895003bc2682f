"""Programs: what they may do, and what they may not."""
