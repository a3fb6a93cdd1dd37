"""Rows as they leave: CSV, XLSX, JSON, pages, streams, and what makes them harmless."""
