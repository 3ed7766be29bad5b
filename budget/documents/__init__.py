"""documents of the budget."""
