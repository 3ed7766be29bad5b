"""The register from Excel and CSV: headings, then the file (`reading`), its rows (`checking`), `storing` them."""
