"""How apps add to the portal without the portal knowing them.

Each app may hold `indicators.py`, `roles.py` and `tasks.py`; they are imported at start-up and register what they
offer. The arrow still points one way: an app imports the registry, never the other way round.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Things by a unique key, in order of registration. ValueError on a key that is taken."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._items: dict[str, T] = {}

    def register(self, key: str, item: T) -> T:
        """Add `item` under `key`."""
        if key in self._items:
            raise ValueError(f"{self._what} {key!r} is registered twice")
        self._items[key] = item
        return item

    def get(self, key: str) -> T | None:
        """The item of `key`, or None."""
        return self._items.get(key)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def keys(self) -> list[str]:
        """All keys, in order."""
        return list(self._items)
