-- name: create
INSERT INTO guichet.value_list (owner, name, bytes, encoding, delimiter, quote, header, columns, sample, column_at,
                                above, header_line, head, likely, sheets, sheet)
VALUES (%(owner)s, %(name)s, %(bytes)s, %(encoding)s, %(delimiter)s, %(quote)s, %(header)s, %(columns)s, %(sample)s,
        %(column_at)s, %(above)s, %(header_line)s, %(head)s, %(likely)s, %(sheets)s, %(sheet)s)
RETURNING *;

-- name: describe
UPDATE guichet.value_list
SET encoding = %(encoding)s, delimiter = %(delimiter)s, quote = %(quote)s, header = %(header)s, columns = %(columns)s,
    sample = %(sample)s, column_at = %(column_at)s, above = %(above)s, header_line = %(header_line)s, head = %(head)s,
    likely = %(likely)s, sheets = %(sheets)s, sheet = %(sheet)s
WHERE id = %(id)s
RETURNING id;

-- name: clear
-- What was read from the file another way.
WITH parts AS (DELETE FROM guichet.value_list_part WHERE list_id = %(id)s),
     searches AS (DELETE FROM guichet.value_list_search WHERE list_id = %(id)s)
DELETE FROM guichet.value_list_reading WHERE list_id = %(id)s;

-- name: copy_file
COPY guichet.value_list_file (list_id, part, content) FROM STDIN (FORMAT binary);

-- name: copy_parts
COPY guichet.value_list_part (list_id, part, first_line, lines, size, values, is_plain) FROM STDIN (FORMAT binary);

-- name: drop_repetitions
-- Of equal values the first stays. Only those of doubtful parts can stand elsewhere too, or several times.
WITH doubtful AS (
    DELETE FROM guichet.value_list_part AS part
    WHERE list_id = %(id)s AND part.part = ANY(%(doubtful)s)
    RETURNING *
), again AS MATERIALIZED (
    SELECT each.value, min(each.line) AS line
    FROM doubtful AS part
    CROSS JOIN unnest(guichet.part_values(part.values, part.is_plain), part.lines) AS each (value, line)
    GROUP BY each.value
), known AS (
    SELECT DISTINCT each.value
    FROM guichet.value_list_part AS part
    CROSS JOIN unnest(guichet.part_values(part.values, part.is_plain)) AS each (value)
    WHERE part.list_id = %(id)s AND part.part <> ALL(%(doubtful)s)
      AND (each.value IN (SELECT value FROM again)) IS TRUE -- looked up in one hash, rather than joined part by part
)
INSERT INTO guichet.value_list_part (list_id, part, lines, size, values, is_plain)
SELECT %(id)s, -1, array_agg(line ORDER BY line), count(*), string_agg(value, U&'\FFFF' ORDER BY line), false
FROM again
WHERE NOT EXISTS (SELECT FROM known WHERE known.value = again.value)
HAVING count(*) > 0;

-- name: tally
UPDATE guichet.value_list
SET rows = %(rows)s, blanks = %(blanks)s, hash = %(hash)s,
    values = (SELECT coalesce(sum(size), 0) FROM guichet.value_list_part WHERE list_id = %(id)s)
WHERE id = %(id)s
RETURNING *;

-- name: file
SELECT content FROM guichet.value_list_file WHERE list_id = %(id)s ORDER BY part;

-- name: count_mine
SELECT count(*) AS lists FROM guichet.value_list WHERE owner = %(owner)s;

-- name: recent
SELECT * FROM guichet.value_list WHERE owner = %(owner)s ORDER BY used_at DESC, created_at DESC LIMIT %(limit)s;

-- name: one_of_mine
SELECT * FROM guichet.value_list WHERE id = %(id)s AND owner = %(owner)s;

-- name: one_of_mine_to_change
SELECT * FROM guichet.value_list WHERE id = %(id)s AND owner = %(owner)s FOR UPDATE;

-- name: rename
UPDATE guichet.value_list SET name = %(name)s WHERE id = %(id)s RETURNING *;

-- name: delete
DELETE FROM guichet.value_list WHERE id = %(id)s AND owner = %(owner)s RETURNING *;

-- name: known_reading
SELECT values, malformed FROM guichet.value_list_reading
WHERE list_id = %(id)s AND normalization = %(normalization)s AND kind = %(kind)s;

-- name: count_reading
SELECT count(key) AS values, coalesce(sum(spellings) FILTER (WHERE key IS NULL), 0)::bigint AS malformed
FROM (
    SELECT guichet.value_key(guichet.value_normalized(each.value, %(normalization)s), %(kind)s) COLLATE "C" AS key,
           count(*) AS spellings
    FROM guichet.value_list_part AS part CROSS JOIN unnest(guichet.part_values(part.values, part.is_plain)) AS each (value)
    WHERE part.list_id = %(id)s
    GROUP BY 1
) AS found;

-- name: keep_reading
INSERT INTO guichet.value_list_reading (list_id, normalization, kind, values, malformed)
VALUES (%(id)s, %(normalization)s, %(kind)s, %(values)s, %(malformed)s)
ON CONFLICT DO NOTHING;

-- name: malformed
SELECT coalesce(each.line, part.first_line + each.at::int - 1) AS line, each.value
FROM guichet.value_list_part AS part CROSS JOIN unnest(guichet.part_values(part.values, part.is_plain), part.lines) WITH ORDINALITY AS each (value, line, at)
WHERE part.list_id = %(id)s
  AND guichet.value_key(guichet.value_normalized(each.value, %(normalization)s), %(kind)s) IS NULL
ORDER BY 1
LIMIT %(limit)s;

-- name: keys
-- Text in which nothing is to be escaped goes as a whole; else value by value.
SELECT CASE
    WHEN %(kind)s = 'text' AND %(normalization)s <> 'digits' AND part.is_plain THEN
        guichet.value_normalized(part.values, %(normalization)s)
    ELSE (
        SELECT string_agg(replace(replace(replace(replace(key, '\', '\\'), E'\n', '\n'), E'\r', '\r'), E'\t', '\t'), E'\n')
        FROM (
            SELECT guichet.value_key(guichet.value_normalized(each.value, %(normalization)s), %(kind)s) AS key
            FROM unnest(guichet.part_values(part.values, part.is_plain)) AS each (value)
        ) AS read
    )
END AS keys
FROM guichet.value_list_part AS part
WHERE part.list_id = %(id)s
ORDER BY part.part;

-- name: lines
SELECT (
    SELECT string_agg(concat_ws(E'\t', line, spelling, coalesce(key, '\N')), E'\n' ORDER BY line)
    FROM (
        SELECT coalesce(each.line, part.first_line + each.at::int - 1) AS line,
               replace(replace(replace(replace(each.value, '\', '\\'), E'\n', '\n'), E'\r', '\r'), E'\t', '\t') AS spelling,
               replace(replace(replace(replace(
                   guichet.value_key(guichet.value_normalized(each.value, %(normalization)s), %(kind)s),
                   '\', '\\'), E'\n', '\n'), E'\r', '\r'), E'\t', '\t') AS key
        FROM unnest(guichet.part_values(part.values, part.is_plain), part.lines) WITH ORDINALITY AS each (value, line, at)
    ) AS read
) AS lines
FROM guichet.value_list_part AS part
WHERE part.list_id = %(id)s
ORDER BY part.part;

-- name: literal
SELECT coalesce(array_agg(key), '{}')::text AS literal
FROM (
    SELECT guichet.value_key(guichet.value_normalized(each.value, %(normalization)s), %(kind)s) AS key
    FROM guichet.value_list_part AS part CROSS JOIN unnest(guichet.part_values(part.values, part.is_plain)) AS each (value)
    WHERE part.list_id = %(id)s
      AND guichet.value_key(guichet.value_normalized(each.value, %(normalization)s), %(kind)s) IS NOT NULL
    LIMIT %(limit)s
) AS read;

-- name: literals
SELECT coalesce(array_agg(line), '{}')::text AS line, coalesce(array_agg(spelling), '{}')::text AS spelling,
       coalesce(array_agg(guichet.value_key(guichet.value_normalized(spelling, %(normalization)s), %(kind)s)), '{}')::text
           AS key
FROM (
    SELECT coalesce(each.line, part.first_line + each.at::int - 1) AS line, each.value AS spelling
    FROM guichet.value_list_part AS part CROSS JOIN unnest(guichet.part_values(part.values, part.is_plain), part.lines) WITH ORDINALITY AS each (value, line, at)
    WHERE part.list_id = %(id)s
) AS read;

-- name: used
UPDATE guichet.value_list SET used_at = now() WHERE id = %(id)s;

-- name: searched
-- Remembers the last search by a list, for its unmatched values, and that it was used.
WITH used AS (
    UPDATE guichet.value_list SET used_at = now() WHERE id = %(id)s RETURNING id
)
INSERT INTO guichet.value_list_search (list_id, interface, criterion, criteria)
SELECT used.id, %(interface)s, %(criterion)s, %(criteria)s FROM used
ON CONFLICT (list_id, interface, criterion) DO UPDATE SET criteria = excluded.criteria, at = now();

-- name: last_search
SELECT criterion, criteria FROM guichet.value_list_search
WHERE list_id = %(id)s AND interface = %(interface)s AND (%(criterion)s::text IS NULL OR criterion = %(criterion)s)
ORDER BY at DESC
LIMIT 1;

-- name: expire
-- Those that nobody used for so long, unless a kept search or a waiting extract names them.
DELETE FROM guichet.value_list AS list
WHERE list.used_at < now() - make_interval(days => %(days)s)
  AND NOT EXISTS (
      SELECT 1 FROM guichet.saved_search AS kept
      WHERE kept.deleted_at IS NULL AND position(list.id::text IN kept.criteria::text) > 0)
  AND NOT EXISTS (
      SELECT 1 FROM guichet.extract AS asked
      WHERE asked.state IN ('queued', 'running') AND position(list.id::text IN asked.request::text) > 0)
RETURNING list.id;
