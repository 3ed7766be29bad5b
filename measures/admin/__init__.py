"""The back office of the plan: its structure, the work of a quarter, publishing."""

from . import assessment, progress, published, structure

__all__ = ["assessment", "progress", "published", "structure"]
