"""What pages, files and figures of the surveys read, each in a fixed number of queries."""
