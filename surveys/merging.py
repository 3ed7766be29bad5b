"""Which groups may be shown by themselves (`ita_portal.small_groups`)."""

from ita_portal.small_groups import merged

__all__ = ["merged"]
