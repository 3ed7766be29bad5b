"""The back office of the plan: its structure, the work of a quarter, publishing."""

from . import progress, published, structure

__all__ = ["progress", "published", "structure"]
