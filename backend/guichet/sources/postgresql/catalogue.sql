-- name: tables
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
ORDER BY is_system, n.nspname, c.relname;

-- name: columns
-- The columns of one table that the role may read, in order, with what a form needs to know of each; names are quoted
-- where SQL needs it. %(oid)s is bound; a foreign key counts when it has a single column. A domain counts as its type.
WITH RECURSIVE base AS (
    SELECT a.attnum, a.atttypid AS type
    FROM pg_attribute AS a
    WHERE a.attrelid = %(oid)s AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT base.attnum, t.typbasetype
    FROM base
    JOIN pg_type AS t ON t.oid = base.type
    WHERE t.typtype = 'd'
)
SELECT a.attname                                          AS name,
       quote_ident(a.attname)                             AS quoted,
       quote_ident(coalesce(nullif(regexp_replace(a.attname, '(_id|(?<=[a-z])I[dD])$', ''), ''), a.attname)) AS bare,
       format_type(t.oid, NULL)                           AS type,
       t.oid::bigint                                      AS type_oid,
       t.typcategory                                      AS category,
       t.typtype = 'e'                                    AS is_enum,
       t.oid <> a.atttypid                                AS is_domain,
       NOT coalesce(l.collisdeterministic, true)          AS is_exact,
       -- of a table that others inherit from, the key holds for its own rows only
       NOT (c.relkind = 'r' AND c.relhassubclass)
           AND EXISTS (SELECT 1 FROM pg_constraint AS p
                       WHERE p.conrelid = a.attrelid AND p.contype = 'p' AND a.attnum = ANY (p.conkey)) AS is_key,
       EXISTS (SELECT 1 FROM pg_index AS i
               WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
                 AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS is_unique,
       f.confrelid::bigint                                AS lookup_oid,
       f.confrelid::regclass::text                        AS lookup_table,
       (SELECT quote_ident(k.attname) FROM pg_attribute AS k
        WHERE k.attrelid = f.confrelid AND k.attnum = f.confkey[1]
          AND has_column_privilege(f.confrelid, k.attnum, 'SELECT')) AS lookup_key,
       has_column_privilege(c.oid, a.attnum, 'SELECT')    AS is_readable
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid
JOIN base ON base.attnum = a.attnum
JOIN pg_type AS t ON t.oid = base.type AND t.typtype <> 'd'
LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
LEFT JOIN LATERAL (
    SELECT p.confrelid, p.confkey
    FROM pg_constraint AS p
    WHERE p.conrelid = a.attrelid AND p.contype = 'f' AND p.conkey = ARRAY[a.attnum]
    ORDER BY p.conname
    LIMIT 1
) AS f ON true
WHERE c.oid = %(oid)s
ORDER BY a.attnum;

-- name: origins
-- What the catalogue knows of columns, given as pairs of a table's oid and a column's number.
SELECT a.attrelid::bigint                                   AS table_oid,
       a.attnum::int                                        AS column_number,
       n.nspname || '.' || c.relname                        AS table_name,
       a.attname                                            AS column_name,
       a.attnotnull OR coalesce(domain.typnotnull, false)   AS not_null,
       a.atthasdef OR a.attidentity <> ''                   AS has_default,
       CASE WHEN base.typname IN ('varchar', 'bpchar') AND made.typmod > 4 THEN made.typmod - 4 END AS max_length,
       CASE WHEN base.typtype = 'e' THEN
           (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = base.oid)
       END                                                  AS choices
FROM unnest(%(tables)s::oid[], %(numbers)s::int[]) AS wanted (table_oid, number)
JOIN pg_attribute a ON a.attrelid = wanted.table_oid AND a.attnum = wanted.number
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_type domain ON domain.oid = a.atttypid AND domain.typtype = 'd'
JOIN pg_type base ON base.oid = coalesce(domain.typbasetype, a.atttypid)
CROSS JOIN LATERAL (SELECT coalesce(domain.typtypmod, a.atttypmod) AS typmod) AS made;

-- name: constrained_columns
-- The columns that a constraint, or a unique index, is about.
SELECT DISTINCT a.attname, a.attnum
FROM (
    SELECT conrelid AS table_oid, conkey::int[] AS numbers
    FROM pg_constraint WHERE conname = %(constraint)s AND conrelid = to_regclass(%(table)s)
    UNION
    SELECT i.indrelid, i.indkey::int[]
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    WHERE x.relname = %(constraint)s AND i.indrelid = to_regclass(%(table)s)
) AS found
JOIN pg_attribute a ON a.attrelid = found.table_oid AND a.attnum = ANY (found.numbers)
ORDER BY a.attnum;

-- name: constraint_names
-- The constraints and unique indexes of tables, and what refers to them from others, by name.
SELECT conname AS name FROM pg_constraint
WHERE conrelid = ANY (%(tables)s::regclass[]) OR confrelid = ANY (%(tables)s::regclass[])
UNION
SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
WHERE i.indrelid = ANY (%(tables)s::regclass[]) AND i.indisunique;
