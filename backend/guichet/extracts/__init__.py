"""The heavy path: a durable job runs a search, writes its archive at the database's own speed, and delivers it."""
