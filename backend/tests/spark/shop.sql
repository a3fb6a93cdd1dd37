CREATE TABLE country USING parquet AS
SELECT * FROM VALUES ('DE', 'Deutschland'), ('FR', 'France'), ('ES', 'España'), ('CI', 'Côte d’Ivoire') AS t (code, name);
CREATE TABLE customer (
    id INT, account DECIMAL(20, 0), name STRING, country STRING, is_active BOOLEAN, turnover DECIMAL(12, 2), rating FLOAT,
    born DATE, seen TIMESTAMP, note STRING, tags ARRAY<STRING>, home STRUCT<city: STRING, zip: INT>
) USING parquet;
INSERT INTO customer VALUES
    (1, 12345678901234567890, 'Anne', 'FR', TRUE, 10.50, 0.1, '1980-01-31', '2024-07-01 12:00:00.5', 'plain',
     array('a', 'b'), named_struct('city', 'Nîmes', 'zip', 30000)),
    (2, 12345678901234567891, 'Zoë "Z"', 'FR', FALSE, 0.00, 9, '1999-12-31', '2024-01-01 00:00:00', 'a, b', NULL, NULL),
    (3, 3, 'José', 'ES', NULL, NULL, NULL, NULL, NULL, '', array(), named_struct('city', NULL, 'zip', 1)),
    (4, 4, 'Müller', 'DE', TRUE, 99999.99, 3.5, '2000-02-29', '2024-02-29 13:45:00.123456', NULL, NULL, NULL),
    (5, 5, 'O\'Hara \\ 50%_!', NULL, TRUE, -1.00, 0, '2024-01-01', '2024-12-31 23:59:59', 'two\nlines', NULL, NULL),
    (6, 6, '007', 'CI', FALSE, 7.00, 7, '2007-07-07', '2007-07-07 07:07:07', '=1+1', NULL, NULL),
    (7, 7, NULL, 'DE', TRUE, 5.00, 5, NULL, NULL, '\\.', NULL, NULL);
CREATE TABLE visit USING parquet AS
SELECT CAST(id AS INT) AS id, CAST(1 + id % 6 AS INT) AS customer, concat('code-', id) AS code,
       date_add(DATE '2024-01-01', CAST(id % 366 AS INT)) AS day
FROM range(1, 20001, 1, 2);
