"""PostgreSQL as a source: pooled connections, read-only sessions, writing, and what its errors mean."""
