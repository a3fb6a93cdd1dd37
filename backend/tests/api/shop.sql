-- A small shop: few rows, each with something that goes wrong elsewhere.
CREATE TABLE country (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO country VALUES (1, 'France'), (2, 'Belgium'), (3, 'Spain'), (4, 'Côte d''Ivoire'), (5, '100% Pure');

CREATE TABLE region (id int PRIMARY KEY, country_id int NOT NULL REFERENCES country, name text NOT NULL);
INSERT INTO region VALUES (11, 1, 'Bretagne'), (12, 1, 'Alsace'), (21, 2, 'Wallonie'), (31, 3, 'Galicia');

CREATE TYPE tier AS ENUM ('gold', 'silver', '=bronze');

CREATE TABLE customer (
    id          bigint PRIMARY KEY,
    name        text,
    domain      text,
    country_id  int REFERENCES country,
    region_id   int REFERENCES region,
    tier        tier,
    employees   int,
    balance     numeric,
    joined_on   date,
    seen_at     timestamptz,
    vip         boolean
);
INSERT INTO customer VALUES
    (1, 'Acme Labs', 'acme.example', 1, 11, 'gold', 10, 1.10, '2026-01-01', '2026-01-31 23:59:59.999+00', true),
    (2, 'Éclair & Fils', 'eclair.example', 1, 12, 'silver', 20, -5.00, '2026-01-31', '2026-02-01 00:00:00+00', false),
    (3, '100% Labs', 'percent.example', 2, 21, NULL, 30, NULL, '2026-02-01', NULL, NULL),
    (4, '100_Labs', 'underscore.example', 2, NULL, 'gold', NULL, 12345678901234567890.123456789, NULL, '2026-03-01 12:00:00+00', true),
    (5, 'back\slash', '=cmd|'' /C calc''!A0', 3, 31, '=bronze', 50, 0, '2026-04-01', '2026-04-01 00:00:00+00', false),
    (6, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (7, '+33 1 23 45 67 89', '+SUM(1;2)', 4, NULL, 'gold', 70, 7, 'infinity', '-infinity', true),
    (8, E'two\nlines "quoted"; ¤ 王伟 🦔', '@handle', 5, NULL, 'silver', 80, 8, '2026-05-01', '2026-05-01 08:00:00.123456+00', false);

CREATE TABLE email (customer_id bigint NOT NULL REFERENCES customer, address text NOT NULL);
INSERT INTO email VALUES (1, 'a@acme.example'), (1, 'b@acme.example'), (2, 'info@eclair.example');
