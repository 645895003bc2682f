"""Did the ledger only grow? A witness, apart from the house, that cosigns each checkpoint only if it did (C2SP tlog-witness)."""
