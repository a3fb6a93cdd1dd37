-- The columns of one table, in order, with what a form needs to know of each; names are quoted where SQL needs it.
-- %(table)s is bound; a foreign key counts when it has a single column.
SELECT a.attname                                             AS name,
       quote_ident(a.attname)                                AS quoted,
       quote_ident(regexp_replace(a.attname, '_id$', ''))    AS bare,
       quote_ident(left(lower(c.relname), 4))                AS table_alias,
       format_type(a.atttypid, NULL)                         AS type,
       t.typtype = 'e'                                       AS is_enum,
       t.typcategory                                         AS category,
       EXISTS (SELECT 1 FROM pg_constraint p
               WHERE p.conrelid = a.attrelid AND p.contype = 'p' AND a.attnum = ANY (p.conkey)) AS is_key,
       fk.table_name                                         AS lookup_table,
       fk.key_name                                           AS lookup_key,
       fk.label_name                                         AS lookup_label,
       fk.lookup_rows                                        AS lookup_rows
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN LATERAL (
    SELECT f.confrelid::regclass::text AS table_name,
           (SELECT quote_ident(k.attname)
            FROM pg_attribute k WHERE k.attrelid = f.confrelid AND k.attnum = f.confkey[1]) AS key_name,
           -- what people call a row: a column named so, else the first text column
           (SELECT quote_ident(l.attname)
            FROM pg_attribute l JOIN pg_type lt ON lt.oid = l.atttypid
            WHERE l.attrelid = f.confrelid AND l.attnum > 0 AND NOT l.attisdropped AND lt.typcategory = 'S'
            ORDER BY l.attname IN ('name', 'title', 'label') DESC, l.attnum
            LIMIT 1) AS label_name,
           (SELECT r.reltuples FROM pg_class r WHERE r.oid = f.confrelid) AS lookup_rows
    FROM pg_constraint f
    WHERE f.conrelid = a.attrelid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]
    ORDER BY f.conname
    LIMIT 1
) fk ON true
WHERE c.oid = to_regclass(%(table)s)
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
