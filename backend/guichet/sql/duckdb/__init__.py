"""The SQL that DuckDB speaks: everything that is written for it, behind one object (`dialect`)."""
