"""Results as files, and what is printed: posters and slips."""
