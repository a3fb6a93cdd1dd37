-- name: record
INSERT INTO guichet.audit (at, user_name, action, interface, criteria, rows, duration_ms, details)
SELECT at, user_name, action, interface, criteria, rows, duration_ms, details
FROM jsonb_to_recordset(%(entries)s) AS entry (
    at timestamptz, user_name text, action text, interface text, criteria jsonb, rows bigint, duration_ms bigint,
    details jsonb
);

-- name: export
COPY (
    SELECT to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, user_name AS "user", action, interface, criteria, rows,
           duration_ms, details
    FROM guichet.audit
    WHERE at >= coalesce(%(since)s::timestamptz, '-infinity') AND at < coalesce(%(until)s::timestamptz, 'infinity')
    ORDER BY at, id
) TO STDOUT (FORMAT csv, HEADER);

-- name: forget
-- In portions, so that no transaction is long.
DELETE FROM guichet.audit
WHERE id IN (
    SELECT id FROM guichet.audit
    WHERE at < now() - make_interval(days => %(days)s)
    ORDER BY at
    LIMIT %(limit)s
)
RETURNING id;
