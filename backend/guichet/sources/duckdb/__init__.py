"""Folders of files, and files of DuckDB's own, read by DuckDB in child processes: all that knows its driver."""
