"""The plan and the report as files that people open: YAML, Word, spreadsheet, PDF."""
