"""The SQL that SQLite speaks: everything that is written for it, behind one object (`dialect`)."""
