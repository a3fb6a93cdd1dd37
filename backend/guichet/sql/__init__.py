"""SQL: statements as data, and what each kind of database says in its own dialect. It knows no interface."""
