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
ORDER BY a.attnum
