"""Commands of the complaint channel."""
