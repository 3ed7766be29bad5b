"""The register from Excel and CSV: headings (`columns`), the file (`reading`), its rows (`checking`), the database (`storing`)."""
