"""Pages of the plan. `home` is the portal's front page."""

from .public import home

__all__ = ["home"]
