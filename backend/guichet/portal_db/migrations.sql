-- name: applied
SELECT name FROM guichet.migration ORDER BY name;

-- name: record
INSERT INTO guichet.migration (name) VALUES (%(name)s);
