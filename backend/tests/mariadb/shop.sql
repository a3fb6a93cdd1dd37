SET sql_mode = 'STRICT_TRANS_TABLES,ALLOW_INVALID_DATES';
CREATE TABLE country (code CHAR(2) PRIMARY KEY, name VARCHAR(50) NOT NULL);
INSERT INTO country VALUES ('DE', 'Deutschland'), ('FR', 'France'), ('ES', 'España'), ('CI', 'Côte d’Ivoire');

CREATE TABLE customer (
    id INT PRIMARY KEY AUTO_INCREMENT,
    name VARCHAR(100),
    country CHAR(2),
    kind ENUM('private', 'firm', 'it''s') NOT NULL DEFAULT 'private',
    is_active TINYINT(1),
    turnover DECIMAL(12, 2),
    rating FLOAT,
    born DATE,
    seen TIMESTAMP(6) NULL,
    note TEXT,
    UNIQUE KEY (name),
    KEY (country),
    FOREIGN KEY (country) REFERENCES country (code)
);
INSERT INTO customer (id, name, country, kind, is_active, turnover, rating, born, seen, note) VALUES
    (1, 'Anne', 'FR', 'private', 1, 10.50, 0.1, '1980-01-31', '2024-07-01 12:00:00.5', 'plain'),
    (2, 'Zoë "Z"', 'FR', 'firm', 0, 0.00, 9, '1999-12-31', '2024-01-01 00:00:00', 'a, b'),
    (3, 'José', 'ES', 'private', NULL, NULL, NULL, NULL, NULL, ''),
    (4, 'Müller', 'DE', 'firm', 1, 99999.99, 3.5, '2000-02-29', '2024-02-29 13:45:00.123456', NULL),
    (5, 'O''Hara \\ 50%_!', NULL, 'it''s', 1, -1.00, 0, '2024-01-01', '2024-12-31 23:59:59', 'two\nlines'),
    (6, '007', 'CI', 'private', 0, 7.00, 7, '2007-07-07', '2007-07-07 07:07:07', '=1+1'),
    (7, NULL, 'DE', 'private', 1, 5.00, 5, '0000-00-00', NULL, '\\.');

CREATE TABLE visit (id INT PRIMARY KEY AUTO_INCREMENT, customer INT, code VARCHAR(40), day DATE, KEY (code));
INSERT INTO visit (customer, code, day)
SELECT 1 + seq MOD 6, concat('code-', seq), '2024-01-01' + INTERVAL (seq MOD 366) DAY FROM seq_1_to_20000;
