"""Pages of the complaint channel."""
