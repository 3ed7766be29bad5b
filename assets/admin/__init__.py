"""The back office of the asset register."""

from . import counts, loans, register

__all__ = ["counts", "loans", "register"]
