"""Documents and files of participation."""
