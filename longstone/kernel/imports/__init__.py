"""How do a force's old lists come in? By a definition on a shelf, read strictly, tried whole, brought in whole, undone whole (D19)."""

UNKNOWN = "unknown (legacy)"  # what an old list did not say: kept as such, and counted apart until somebody fills it in
