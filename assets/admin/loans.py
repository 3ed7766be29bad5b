"""Loans in the back office."""
