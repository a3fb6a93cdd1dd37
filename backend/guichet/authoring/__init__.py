"""What authors are helped with: checking definitions against their sources, and beginning a new one from a table."""
