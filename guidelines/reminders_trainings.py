"""Trainings: their part of `reminders.py`."""
