"""Suggestions, questions and answers, activities with outside participation."""
