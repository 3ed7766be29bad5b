"""Every act on assets, loans and counts: one function each, in one transaction."""
