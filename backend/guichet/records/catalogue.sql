-- name: columns
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

-- name: constrained
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

-- name: names
-- The constraints and unique indexes of tables, and what refers to them from others, by name.
SELECT conname AS name FROM pg_constraint
WHERE conrelid = ANY (%(tables)s::regclass[]) OR confrelid = ANY (%(tables)s::regclass[])
UNION
SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
WHERE i.indrelid = ANY (%(tables)s::regclass[]) AND i.indisunique
