"""The municipality, its divisions, its people and their roles: the ground floor of every other app."""
