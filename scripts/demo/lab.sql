-- The demo's laboratory: sites, their computers and freezers, and what stands in the freezers.
-- Here are the types that turn up beside text and numbers: macaddr, inet, uuid, ranges, arrays, jsonb. Nothing is random.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

DROP VIEW IF EXISTS instrument;
DROP TABLE IF EXISTS container, freezer, computer, site CASCADE;

CREATE FUNCTION pg_temp.dice(row_number bigint, choice int) RETURNS float8 LANGUAGE sql IMMUTABLE
    RETURN (hashint8extended(row_number, choice) & 2147483647)::float8 / 2147483648;
CREATE FUNCTION pg_temp.pick(items text[], row_number bigint, choice int) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN items[1 + floor(pg_temp.dice(row_number, choice) * cardinality(items))::int];

-- An address in its international parts; which of them a country uses differs.
CREATE TABLE site (
    id          int PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    street      text NOT NULL,
    locality    text,
    postal_code text,
    city        text NOT NULL,
    region      text,
    country     text NOT NULL,
    latitude    numeric(8, 5),
    longitude   numeric(8, 5),
    opened_on   date NOT NULL,
    tags        text[] NOT NULL DEFAULT '{}'
);
INSERT INTO site VALUES
    (1, 'Lyon-Gerland', '12 rue des Archives', NULL, '69007', 'Lyon', 'Auvergne-Rhône-Alpes', 'FR',
        45.73130, 4.83250, '2009-03-02', '{biobank,main}'),
    (2, 'Bourg', '4 place du Marché', NULL, '01000', 'Bourg-en-Bresse', 'Auvergne-Rhône-Alpes', 'FR',
        46.20520, 5.22550, '2016-09-12', '{storage}'),
    (3, 'Paris-Necker', '149 rue de l''Écluse', 'Bâtiment C', '75015', 'Paris', 'Île-de-France', 'FR',
        48.84560, 2.31570, '2011-01-17', '{clinical}'),
    (4, 'Rennes', '8 allée Amélie-Bénard', NULL, '35000', 'Rennes', 'Bretagne', 'FR',
        48.11730, -1.67780, '2018-05-28', '{}'),
    (5, 'Berlin-Buch', 'Lindenberger Weg 80', NULL, '13125', 'Berlin', 'Berlin', 'DE',
        52.62600, 13.50220, '2010-10-04', '{biobank}'),
    (6, 'Heidelberg', 'Im Neuenheimer Feld 500', NULL, '69120', 'Heidelberg', 'Baden-Württemberg', 'DE',
        49.41710, 8.67060, '2013-06-18', '{}'),
    (7, 'Dresden', 'Görlitzer Straße 3', NULL, '01099', 'Dresden', 'Sachsen', 'DE',
        51.06730, 13.75340, '2019-02-11', '{storage}'),
    (8, 'Cambridge', 'Unit 7, Mill Yard', 'Trumpington', 'CB2 9XX', 'Cambridge', 'England', 'GB',
        52.17370, 0.11500, '2008-11-24', '{main,clinical}'),
    (9, 'Dundee', '22 Harbour Row', NULL, 'DD1 9XX', 'Dundee', 'Scotland', 'GB',
        56.46200, -2.97070, '2014-04-07', '{}'),
    (10, 'Boston', '600 Example Avenue', 'Suite 210', '02115', 'Boston', 'Massachusetts', 'US',
        42.34030, -71.09500, '2012-08-20', '{biobank,main}'),
    (11, 'San Diego', '9500 Coast Walk', NULL, '92093', 'San Diego', 'California', 'US',
        32.88010, -117.23400, '2017-03-13', '{}'),
    (12, 'Barcelona', 'Carrer de l''Exemple, 88', '3º 2ª', '08003', 'Barcelona', 'Cataluña', 'ES',
        41.38510, 2.17340, '2015-10-26', '{clinical}'),
    (13, 'Leuven', 'Voorbeeldstraat 49', NULL, '3000', 'Leuven', 'Flanders', 'BE',
        50.87980, 4.70050, '2013-01-14', '{}'),
    (14, 'Genève', '1 chemin des Mines', NULL, '1211', 'Genève', 'Genève', 'CH',
        46.21950, 6.13210, '2010-05-31', '{biobank}'),
    (15, 'Milano', 'Via dell''Esempio 20', NULL, '20139', 'Milano', 'Lombardia', 'IT',
        45.43640, 9.20990, '2016-02-08', '{}'),
    (16, 'Kraków', 'ul. Przykładowa 7', NULL, '30-387', 'Kraków', 'Małopolskie', 'PL',
        50.02640, 19.90310, '2018-09-17', '{}'),
    (17, 'Uppsala', 'Exempelgatan 5', NULL, '752 37', 'Uppsala', NULL, 'SE',
        59.84200, 17.63470, '2014-11-10', '{storage}'),
    (18, '京都 (Kyōto)', '吉田町 36-1', '左京区', '606-8501', '京都市', '京都府', 'JP',
        35.02620, 135.78080, '2019-07-01', '{}'),
    (19, 'Dakar', 'Avenue de l''Exemple', NULL, NULL, 'Dakar', NULL, 'SN',
        14.69280, -17.44670, '2020-03-09', '{clinical}'),
    (20, 'Antarctic store', 'Station road', NULL, NULL, 'Port-aux-Exemples', '', 'TF',
        NULL, NULL, '2021-12-06', '{storage,remote}');

CREATE TABLE computer (
    id            int PRIMARY KEY,
    name          text NOT NULL UNIQUE,
    mac           macaddr NOT NULL UNIQUE,
    ip            inet,
    site_id       int NOT NULL REFERENCES site,
    system        text,
    cores         smallint NOT NULL,
    specification jsonb,
    bought_on     date,
    seen_at       timestamptz,
    uptime        interval,
    tags          text[] NOT NULL
);
INSERT INTO computer
SELECT i, pg_temp.pick('{seq,acq,img,srv,desk}', i, 1) || '-' || lpad(i::text, 4, '0'),
       ('02:00:' || regexp_replace(lpad(to_hex(i * 7919), 8, '0'), '(..)(?=.)', '\1:', 'g'))::macaddr,
       CASE WHEN i % 11 = 0 THEN NULL
            WHEN i % 5 = 0 THEN ('2001:db8:' || to_hex(site_id) || '::' || to_hex(i))::inet
            ELSE inet '10.0.0.0' + site_id * 65536 + i END,
       site_id,
       CASE WHEN pg_temp.dice(i, 3) >= 0.06
            THEN pg_temp.pick('{Debian 12,Debian 13,Ubuntu 24.04,Windows 11,Windows 10 LTSC,macOS 15}', i, 4) END,
       (array [4, 8, 16, 32, 64])[1 + floor(5 * pg_temp.dice(i, 5))::int],
       CASE WHEN i % 7 <> 0 THEN jsonb_build_object('memory_gb', 8 * (1 + i % 16), 'disks', jsonb_build_array('nvme0', 'sda'),
            'warranty', i % 3 = 0, 'owner', pg_temp.pick('{Élodie,Łukasz,"O''Brien",null}', i, 6)) END,
       CASE WHEN i % 13 <> 0 THEN date '2016-01-04' + floor(3800 * pg_temp.dice(i, 7))::int END,
       CASE WHEN i % 17 <> 0
            THEN timestamptz '2026-06-30 18:00+00' - floor(400 * 86400 * pow(pg_temp.dice(i, 8), 4)) * interval '1 second' END,
       CASE WHEN i % 4 <> 0 THEN justify_hours(floor(pg_temp.dice(i, 9) * 9000) * interval '1 hour') END,
       CASE i % 6 WHEN 0 THEN '{}'::text[] WHEN 1 THEN '{loan}' WHEN 2 THEN '{gpu,shared}' ELSE '{managed}' END
FROM generate_series(1, 1200) AS i, LATERAL (SELECT 1 + floor(20 * pow(pg_temp.dice(i, 2), 1.5))::int) AS at (site_id);

CREATE TABLE freezer (
    id                int PRIMARY KEY,
    name              text NOT NULL UNIQUE,
    serial            text NOT NULL,
    model             text,
    site_id           int NOT NULL REFERENCES site,
    temperature_range numrange NOT NULL,
    volume_litres     numeric(7, 1),
    installed_on      date NOT NULL,
    checked_at        timestamptz,
    alarm             boolean
);
INSERT INTO freezer
SELECT i, pg_temp.pick('{Arktos,Boreas,Skadi,Nanook,Yeti}', i, 1) || ' ' || i, lpad((i * 104729 % 1000000)::text, 8, '0'),
       CASE WHEN i % 9 <> 0 THEN pg_temp.pick('{-80 upright,-80 chest,-20 cabinet,+4 cabinet,LN2 tank}', i, 2) END,
       1 + floor(20 * pow(pg_temp.dice(i, 3), 1.5))::int,
       (array [numrange(-86, -74), numrange(-86, -70), numrange(-25.5, -15), numrange(2, 8), numrange(NULL, -150)])
           [1 + floor(5 * pg_temp.dice(i, 2))::int],
       CASE WHEN i % 8 <> 0 THEN round((90 + 700 * pg_temp.dice(i, 4))::numeric, 1) END,
       date '2012-01-02' + floor(5000 * pg_temp.dice(i, 5))::int,
       CASE WHEN i % 10 <> 0
            THEN timestamptz '2026-06-30 18:00+00' - floor(200 * 86400 * pg_temp.dice(i, 6)) * interval '1 second' END,
       CASE WHEN i % 12 <> 0 THEN pg_temp.dice(i, 7) < 0.05 END
FROM generate_series(1, 240) AS i;

CREATE TABLE container (
    id         uuid PRIMARY KEY,
    barcode    text NOT NULL UNIQUE,
    freezer_id int NOT NULL REFERENCES freezer,
    kind       text NOT NULL,
    place      text,
    contents   jsonb NOT NULL,
    hazards    text[],
    filled     numeric(4, 3),
    kept       daterange NOT NULL,
    remark     text
);
INSERT INTO container
SELECT md5('container ' || i)::uuid, lpad((i * 7919 % 10000000)::text, 10, '0'),
       1 + floor(240 * pow(pg_temp.dice(i, 1), 1.2))::int,
       pg_temp.pick('{Box 9×9,Box 10×10,Rack,Plate 96,Plate 384,Bag}', i, 2),
       CASE WHEN i % 15 <> 0 THEN chr(65 + (i % 8)::int) || (1 + i % 12) END,
       jsonb_build_object('material', pg_temp.pick('{plasma,serum,DNA,RNA,tissue,whole blood}', i, 3),
           'samples', floor(100 * pg_temp.dice(i, 4))::int, 'study', CASE WHEN i % 5 <> 0 THEN 'S-' || i % 40 END),
       CASE i % 9 WHEN 0 THEN NULL WHEN 1 THEN '{biohazard}'::text[] WHEN 2 THEN '{biohazard,cryogenic}' ELSE '{}' END,
       CASE WHEN i % 20 <> 0 THEN round(pg_temp.dice(i, 5)::numeric, 3) END,
       daterange(stored_on, CASE WHEN i % 6 <> 0 THEN stored_on + 1825 END),
       CASE WHEN i % 25 = 0 THEN E'Thawed once;\nsee "log 7"' WHEN i % 10 = 0 THEN '' WHEN i % 33 = 0 THEN '-80 °C only' END
FROM generate_series(1::bigint, 6000) AS i,
    LATERAL (SELECT date '2015-01-05' + floor(4100 * pg_temp.dice(i, 6))::int) AS at (stored_on);
CREATE INDEX ON container (freezer_id);

-- Whatever has a plug: one list over two tables.
CREATE VIEW instrument AS
SELECT 'Computer' AS kind, id, name, site_id, mac::text AS identifier, system AS model, bought_on AS since,
       seen_at AS checked_at, specification AS details
FROM computer
UNION ALL
SELECT 'Freezer', id, name, site_id, serial, model, installed_on, checked_at,
       jsonb_build_object('temperature', temperature_range::text, 'litres', volume_litres)
FROM freezer;
