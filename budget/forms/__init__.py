"""forms of the budget."""
