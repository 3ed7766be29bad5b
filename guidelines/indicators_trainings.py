"""Trainings: their part of `indicators.py`."""
