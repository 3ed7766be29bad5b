"""Every act on the budget. Locks are taken in one order: the year, the plan, the revision."""
