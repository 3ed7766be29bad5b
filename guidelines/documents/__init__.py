"""Certificates, attendance lists and check-in pages as files."""
