-- The tables and views of a database that are not the system's own first, each with its name as SQL writes it.
-- `rows` is what the planner last knew; NULL where nobody counted, and for views.
SELECT c.oid::bigint                   AS oid,
       n.nspname                       AS schema,
       c.relname                       AS name,
       c.oid::regclass::text           AS sql_name,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                      ELSE 'table' END AS kind,
       CASE c.relkind
           WHEN 'v' THEN NULL
           WHEN 'p' THEN (SELECT sum(nullif(leaf.reltuples, -1))
                          FROM pg_partition_tree(c.oid) AS part
                          JOIN pg_class AS leaf ON leaf.oid = part.relid
                          WHERE part.isleaf)
           ELSE nullif(c.reltuples, -1)
       END::float8                     AS rows,
       n.nspname IN ('pg_catalog', 'information_schema') AS is_system,
       c.relispartition                AS is_partition,
       has_any_column_privilege(c.oid, 'SELECT') AS is_readable
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname NOT LIKE 'pg\_toast%%' AND n.nspname NOT LIKE 'pg\_temp%%'
ORDER BY is_system, n.nspname, c.relname
