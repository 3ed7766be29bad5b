"""Every act, one function each."""
