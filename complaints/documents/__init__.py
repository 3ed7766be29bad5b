"""What the channel hands out on paper, and the signs on it."""
