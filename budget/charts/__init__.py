"""Charts as numbers: where each rectangle stands. Pure, without words of a page and without queries."""

from .bars import Bar, BarChart, Part, bar_chart
from .treemap import Tile, Treemap, treemap

__all__ = ["Bar", "BarChart", "Part", "Tile", "Treemap", "bar_chart", "treemap"]
