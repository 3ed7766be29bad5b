"""Trainings: their part of `sitemap.py`."""
