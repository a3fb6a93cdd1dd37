-- name: tables
-- The tables and views that the user may know of, the system's own last. `table_rows` is what the engine guesses.
SELECT TABLE_SCHEMA AS schema_name, TABLE_NAME AS name, TABLE_TYPE AS table_type, TABLE_ROWS AS table_rows,
       TABLE_SCHEMA = DATABASE() AS is_own
FROM information_schema.TABLES
WHERE TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VIEW', 'SYSTEM VERSIONED')
ORDER BY TABLE_SCHEMA IN ('information_schema', 'mysql', 'performance_schema', 'sys'),
         TABLE_SCHEMA <> DATABASE(), TABLE_SCHEMA, TABLE_NAME;

-- name: columns
-- The columns of one table, in order; a foreign key counts, and a unique one, when it has a single column.
SELECT c.COLUMN_NAME AS name, c.DATA_TYPE AS data_type, c.COLUMN_TYPE AS column_type, c.COLUMN_KEY AS column_key,
       c.PRIVILEGES AS privileges,
       EXISTS (
           SELECT 1 FROM information_schema.STATISTICS AS s
           WHERE s.TABLE_SCHEMA = %(schema)s AND s.TABLE_NAME = %(name)s AND s.NON_UNIQUE = 0
           GROUP BY s.INDEX_NAME
           HAVING count(*) = 1 AND max(s.COLUMN_NAME) = c.COLUMN_NAME AND max(s.SUB_PART IS NOT NULL) = 0
       ) AS is_unique,
       k.REFERENCED_TABLE_SCHEMA AS referenced_schema, k.REFERENCED_TABLE_NAME AS referenced_table,
       k.REFERENCED_COLUMN_NAME AS referenced_column, k.REFERENCED_TABLE_SCHEMA = DATABASE() AS is_own
FROM information_schema.COLUMNS AS c
LEFT JOIN (
    SELECT COLUMN_NAME, max(REFERENCED_TABLE_SCHEMA) AS REFERENCED_TABLE_SCHEMA,
           max(REFERENCED_TABLE_NAME) AS REFERENCED_TABLE_NAME, max(REFERENCED_COLUMN_NAME) AS REFERENCED_COLUMN_NAME
    FROM (
        SELECT min(COLUMN_NAME) AS COLUMN_NAME, min(REFERENCED_TABLE_SCHEMA) AS REFERENCED_TABLE_SCHEMA,
               min(REFERENCED_TABLE_NAME) AS REFERENCED_TABLE_NAME,
               min(REFERENCED_COLUMN_NAME) AS REFERENCED_COLUMN_NAME
        FROM information_schema.KEY_COLUMN_USAGE
        WHERE TABLE_SCHEMA = %(schema)s AND TABLE_NAME = %(name)s AND REFERENCED_TABLE_NAME IS NOT NULL
        GROUP BY CONSTRAINT_NAME
        HAVING count(*) = 1
    ) AS single
    GROUP BY COLUMN_NAME
    HAVING count(*) = 1
) AS k ON k.COLUMN_NAME = c.COLUMN_NAME
WHERE c.TABLE_SCHEMA = %(schema)s AND c.TABLE_NAME = %(name)s
ORDER BY c.ORDINAL_POSITION;

-- name: origins
-- What the catalogue knows of the columns of one table, for those of a record.
SELECT COLUMN_NAME AS name, DATA_TYPE AS data_type, COLUMN_TYPE AS column_type, IS_NULLABLE = 'NO' AS not_null,
       COLUMN_DEFAULT IS NOT NULL OR EXTRA REGEXP 'auto_increment|GENERATED' AS has_default,
       IF(DATA_TYPE IN ('char', 'varchar'), CHARACTER_MAXIMUM_LENGTH, NULL) AS max_length
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = %(schema)s AND TABLE_NAME = %(name)s;

-- name: constrained_columns
-- The columns that a key or a unique index is about. Who may only read is told nothing of checks here.
SELECT name
FROM (
    SELECT COLUMN_NAME AS name FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = %(schema)s AND TABLE_NAME = %(name)s AND INDEX_NAME = %(constraint)s AND NON_UNIQUE = 0
    UNION
    SELECT COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE
    WHERE TABLE_SCHEMA = %(schema)s AND TABLE_NAME = %(name)s AND CONSTRAINT_NAME = %(constraint)s
) AS found
JOIN information_schema.COLUMNS AS c
  ON c.TABLE_SCHEMA = %(schema)s AND c.TABLE_NAME = %(name)s AND c.COLUMN_NAME = found.name
ORDER BY c.ORDINAL_POSITION;

-- name: constraint_names
-- The keys and unique indexes of a table, and what refers to it from others, by name.
SELECT INDEX_NAME AS name FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = %(schema)s AND TABLE_NAME = %(name)s AND NON_UNIQUE = 0
UNION
SELECT CONSTRAINT_NAME FROM information_schema.KEY_COLUMN_USAGE
WHERE (TABLE_SCHEMA = %(schema)s AND TABLE_NAME = %(name)s)
   OR (REFERENCED_TABLE_SCHEMA = %(schema)s AND REFERENCED_TABLE_NAME = %(name)s);

-- name: engine
-- Whether a table can undo what a transaction wrote.
SELECT t.ENGINE AS engine, e.TRANSACTIONS = 'YES' AS undoes
FROM information_schema.TABLES AS t
JOIN information_schema.ENGINES AS e ON e.ENGINE = t.ENGINE
WHERE t.TABLE_SCHEMA = %(schema)s AND t.TABLE_NAME = %(name)s;
