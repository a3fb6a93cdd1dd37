-- Tables as they are found where nobody thought of a form: what `guichet new` writes of each has to pass the check.
CREATE SCHEMA "Old Things";
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', '100%');
CREATE TYPE "Odd %type" AS ENUM ('a', 'b');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN short AS varchar(20);
CREATE DOMAIN feeling AS mood;
CREATE DOMAIN euros AS money;

CREATE TABLE every_type (
    id bigserial PRIMARY KEY, small smallint, whole integer, exact numeric(10, 2), single real, double double precision,
    amount money, cents euros, price_range int4range, spans int4multirange, yes boolean, bits bit(3), varbits varbit,
    fixed char(5), varied varchar(10), free text, system name, letter "char",
    day date, moment timestamp, moment_tz timestamptz, clock time, clock_tz timetz, lasting interval,
    picture bytea, doc json, docb jsonb, markup xml, words tsvector, asked tsquery, key uuid, address inet, net cidr,
    mac macaddr, mac8 macaddr8, spot point, path path, shape polygon, round circle, tags text[], moods mood[],
    feels mood, feels_so feeling, odd "Odd %type", many positive, brief short, two pair, object oid, class regclass,
    position pg_lsn, path_to jsonpath, whole_2 int GENERATED ALWAYS AS (whole * 2) STORED
);
INSERT INTO every_type (whole, free, day, feels, amount) SELECT n, 'x' || n, '2026-01-31', 'sad', n FROM generate_series(1, 40) AS n;

CREATE TABLE "Größe, 100%" (
    "Id" int PRIMARY KEY, "50%" int, "a:b" text, "say ""x""" text, "{criteria}" text, "line
break" text, "tab	" text, "日本" text, "日本語" text, "ship" date, "ship_to" text, "order" int, "select" text, "null" int,
    "?column?x" int, "it's" text, "_" text, "_id" int, "A" text, "a" text, "#x: y" text, "\back" text, "--" int, "/*" int,
    "$$" text, "%(x)s" text, "😀" text, " " text, "constructor" text
);
INSERT INTO "Größe, 100%" ("Id", "50%") VALUES (1, 2), (2, 3);
CREATE TABLE "line
break" (id int PRIMARY KEY, "größe_id" int REFERENCES "Größe, 100%");
CREATE TABLE "Old Things"."Name with ""quotes""" (id int PRIMARY KEY, name text);
CREATE TABLE "all" ("all" int PRIMARY KEY, "user" text);

CREATE TABLE only_keys (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE key_of_keys (
    a int, b int, country int, note text, PRIMARY KEY (a, b, country), FOREIGN KEY (a, b) REFERENCES only_keys
);
CREATE TABLE country (id int PRIMARY KEY, name text UNIQUE);
ALTER TABLE key_of_keys ADD FOREIGN KEY (country) REFERENCES country;
CREATE TABLE keyed_by_address (host inet PRIMARY KEY, name text);
CREATE TABLE keyed_by_json (doc jsonb PRIMARY KEY, name text);
CREATE TABLE keyed_by_bytes (digest bytea PRIMARY KEY, name text);
CREATE TABLE keyed_by_secret (token text PRIMARY KEY, name text);
CREATE TABLE keyed_by_mood (feels mood PRIMARY KEY, name text);
CREATE TABLE no_columns_to_find (doc json, tags text[]);
CREATE TABLE only_words (words tsvector);
CREATE TABLE base (id int PRIMARY KEY, name text);
CREATE TABLE derived (more text) INHERITS (base);
INSERT INTO base VALUES (1, 'a');
INSERT INTO derived VALUES (1, 'a', 'b');
CREATE TABLE split (id int, day date, name text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE split_2026 PARTITION OF split FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO split VALUES (1, '2026-01-31', 'a');
CREATE TABLE tree (id int PRIMARY KEY, parent_id int REFERENCES tree, name text);
CREATE VIEW seen AS SELECT id, day, feels, amount FROM every_type;
CREATE MATERIALIZED VIEW kept AS SELECT id, free FROM every_type;
CREATE VIEW slow AS SELECT id, free, pg_sleep(1)::text AS waited FROM every_type;
CREATE TABLE alias_taken (alia_id int REFERENCES country, alia int, alias_taken_id int REFERENCES country);
CREATE TABLE partly (id int PRIMARY KEY, name text, pay numeric, country_id int REFERENCES country);
CREATE TABLE partly_keyed (id int PRIMARY KEY, name text, partly_id int REFERENCES partly);
CREATE TABLE refers_to_partly (id int PRIMARY KEY, partly_id int REFERENCES partly);
