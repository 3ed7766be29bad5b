"""What statements of the portal say of the channel."""

from django import template

from ..guideline import long_time
from ..models import ChannelSettings

register = template.Library()


@register.simple_tag
def channel_rules() -> ChannelSettings:
    """The channel's settings as they are now."""
    return ChannelSettings.current()


@register.filter
def in_words(months: int) -> str:
    """`120` → `10 years`."""
    return long_time(months)
