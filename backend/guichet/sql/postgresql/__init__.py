"""The SQL that PostgreSQL speaks: everything that is written for it, behind one object (`dialect`)."""
