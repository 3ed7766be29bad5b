"""Commands of the budget."""
