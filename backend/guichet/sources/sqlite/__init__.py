"""SQLite: files that are read through Python's own driver."""
