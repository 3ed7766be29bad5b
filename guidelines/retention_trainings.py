"""Trainings: their part of `retention.py`."""
