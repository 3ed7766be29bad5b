"""Counts in the back office."""
