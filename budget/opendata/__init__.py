"""What is published as open data: columns, rows, files, data packages, the feed."""
