"""The back office of participation: settings; letters are looked at, acts are done at the desk."""

from . import activities, letters  # noqa: F401 - register themselves
