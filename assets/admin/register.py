"""The register in the back office."""
