"""Trainings: their part of `tasks.py`."""
