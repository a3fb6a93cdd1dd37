-- A shop for MariaDB, made by itself: `docker compose --profile mariadb up` loads it into the database `shop`.
-- Its tables are all that the user `portal` may read; temporary tables are for long lists of values.
CREATE TABLE customer (
    id INT PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    email VARCHAR(120) NOT NULL UNIQUE,
    country VARCHAR(40),
    joined_on DATE NOT NULL
);
CREATE TABLE product (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL UNIQUE, price DECIMAL(8, 2) NOT NULL);
CREATE TABLE orders (
    id INT PRIMARY KEY,
    customer_id INT NOT NULL REFERENCES customer (id),
    product_id INT NOT NULL REFERENCES product (id),
    quantity SMALLINT NOT NULL,
    ordered_at DATETIME NOT NULL,
    is_paid BOOLEAN NOT NULL,
    KEY (customer_id),
    KEY (ordered_at)
);

INSERT INTO customer
SELECT seq,
       concat(elt(1 + seq MOD 7, 'Ada', 'Björn', 'Chloé', 'Dolores', 'Emil', 'Fatima', 'Gaël'), ' ',
              elt(1 + seq MOD 11, 'Abels', 'Bernard', 'Castro', 'Dahl', 'Eriksson', 'Fournier', 'García', 'Holt', 'Ibarra',
                  'Jonas', 'Keller'), ' ', seq),
       concat('customer', seq, '@example.com'),
       elt(1 + seq * seq MOD 5, 'France', 'Spain', 'Germany', 'Belgium', NULL),
       DATE '2020-01-01' + INTERVAL (seq * 37 MOD 2190) DAY
FROM seq_1_to_5000;

INSERT INTO product
SELECT seq, concat(elt(1 + seq MOD 4, 'Chair', 'Table', 'Lamp', 'Shelf'), ' ', seq), round(5 + pow(seq MOD 17, 2) * 1.37, 2)
FROM seq_1_to_60;

INSERT INTO orders
SELECT seq, 1 + seq * 7919 MOD 5000, 1 + seq * 31 MOD 60, 1 + seq MOD 4,
       TIMESTAMP '2024-01-01 08:00:00' + INTERVAL (seq * 523 MOD 1051200) MINUTE, seq MOD 9 <> 0
FROM seq_1_to_50000;

CREATE USER portal@'%' IDENTIFIED BY 'demo';
GRANT SELECT, CREATE TEMPORARY TABLES ON shop.* TO portal@'%';
