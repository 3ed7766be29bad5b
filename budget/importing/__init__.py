"""importing of the budget."""
