"""Forms of the asset register."""
