"""Tags of the channel."""
