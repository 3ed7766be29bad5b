"""Tables of the complaint channel."""

from .cases import Attachment, Case, Grant, Item, Tombstone
from .channel import ChannelKeys, ChannelSettings
from .log import CaseLogEntry, LogHead
from .officers import Officer
from .posters import PosterCheck, PosterPlace
from .sessions import KeySession

__all__ = [
    "Attachment",
    "Case",
    "CaseLogEntry",
    "ChannelKeys",
    "ChannelSettings",
    "Grant",
    "Item",
    "KeySession",
    "LogHead",
    "Officer",
    "PosterCheck",
    "PosterPlace",
    "Tombstone",
]
