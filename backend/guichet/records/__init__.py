"""Single records behind an interface's rows: read, created, changed and deleted by their authors' own SQL."""
