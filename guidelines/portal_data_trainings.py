"""Trainings: their part of `portal_data.py`."""
