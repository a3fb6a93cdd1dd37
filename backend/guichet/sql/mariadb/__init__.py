"""The dialect of MariaDB and MySQL: one module per trade, pure functions that make SQL."""
