"""Tables that people bring: an app says its `headings`, `reading` finds and reads the rows, `values` their cells."""
