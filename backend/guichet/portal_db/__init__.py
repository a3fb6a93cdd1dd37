"""Guichet's own tables: ordered migrations, named queries in `.sql` files, transactions. Sources are elsewhere."""
