"""Official documents of the asset register."""
