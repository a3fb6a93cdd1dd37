"""MariaDB and MySQL as sources: connections, sessions, errors, catalogue."""
