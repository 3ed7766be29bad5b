"""The register of the municipality's assets, their loans and the yearly count."""
