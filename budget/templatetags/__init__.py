"""Filters of the budget's templates."""
