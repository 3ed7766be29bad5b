"""The budget in the back office: to look at; acts are done at the desk."""

from . import plans, spending, voices

__all__ = ["plans", "spending", "voices"]
