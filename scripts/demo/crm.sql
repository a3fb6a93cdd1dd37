-- The demo's companies and contacts: the same rows on every machine, for the same number of companies.
-- Nothing here is random: pg_temp.dice() is a hash of a row's number and of what is being chosen for it.
-- psql -v companies=20000 (five contacts each); crm_lookups.sql goes first.
\set ON_ERROR_STOP on
\if :{?companies} \else \set companies 20000 \endif

-- A number from 0 up to 1. `choice` is any number that no other choice about the same row has.
CREATE FUNCTION pg_temp.dice(row_number bigint, choice int) RETURNS float8 LANGUAGE sql IMMUTABLE
    RETURN (hashint8extended(row_number, choice) & 2147483647)::float8 / 2147483648;
CREATE FUNCTION pg_temp.pick(items text[], row_number bigint, choice int) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN items[1 + floor(pg_temp.dice(row_number, choice) * cardinality(items))::int];
-- The name's letters as an address spells them; of a name in another alphabet nothing is left, and it becomes 'x'.
CREATE FUNCTION pg_temp.slug(name text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN coalesce(nullif(regexp_replace(translate(lower(name),
        'áåāäąãçćéèêëęíïîñńłóôöøõśßşúùûüýźżğı', 'aaaaaacceeeeeiiinnlooooosssuuuuyzzgi'), '[^a-z]', '', 'g'), ''), 'x');
CREATE FUNCTION pg_temp.slugs(names text[]) RETURNS text[] LANGUAGE sql IMMUTABLE
    RETURN (SELECT array_agg(pg_temp.slug(name) ORDER BY position)
            FROM unnest(names) WITH ORDINALITY AS item (name, position));
CREATE FUNCTION pg_temp.phone(prefix text, digits text, row_number bigint, choice int) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN prefix || to_char(
        floor(pg_temp.dice(row_number, choice) * power(10, length(translate(digits, 'FM ', '')))), digits);

-- How people and companies are called. Every last name is a common one, and belongs to nobody in particular.
CREATE TEMP TABLE culture ON COMMIT DROP AS
SELECT *, pg_temp.slugs(first_names) AS first_slugs, pg_temp.slugs(last_names) AS last_slugs
FROM (VALUES
    ('fr', '{Élodie,Anne,Chloé,Zoë,Jérôme,François,Amélie,Benoît,Noémie,Théo,Inès,Loïc,Margaux,Cédric,Yasmine}'::text[],
           '{Martin,Bernard,Lefèvre,Dubois,Moreau,Garçon,D''Aubigné,Béranger,Le Goff,N''Diaye,Châtelain,Benali}'::text[],
           '{SAS,SARL,SA,"& Fils",SCOP}'::text[]),
    ('en', '{John,Emma,Oliver,Grace,Siobhán,James,Chloe,Aidan,Maya,Noah,Priya,Liam,Sean,Renée}',
           '{Smith,O''Brien,Johnson,Taylor,"St. Clair",Hart,Patel,McKenna,Walker,Nguyễn,Okafor,Brown}',
           '{Ltd,Inc.,LLC,PLC,"& Sons"}'),
    ('de', '{Jürgen,Anja,Björn,Käthe,Lukas,Sören,Uwe,Mareike,Günther,Heike}',
           '{Müller,Schäfer,Groß,Weiß,"von der Heide",Schröder,Köhler,Yılmaz,Krüger}', '{GmbH,AG,KG,"GmbH & Co. KG"}'),
    ('es', '{José,Lucía,Iñaki,Begoña,Andrés,Sofía,Nuria,Íñigo,María}',
           '{Muñoz,García,Peña,Ibáñez,"de la Cruz",Núñez,Gómez,Etxeberria}', '{S.L.,S.A.,"y Hijos"}'),
    ('it', '{Giulia,Niccolò,Chiara,Matteo,Zoè,Alessio,Fatima}',
           '{Rossi,D''Angelo,Bianchi,Lo Presti,Cavalcanti,Nicolò}', '{S.r.l.,S.p.A.}'),
    ('pl', '{Łukasz,Małgorzata,Wojciech,Żaneta,Paweł,Agnieszka}',
           '{Kowalski,Wiśniewska,Dąbrowski,Żuraw,Wójcik}', '{"Sp. z o.o.",S.A.}'),
    ('nl', '{Daniël,Femke,Joost,Anouk,Jürgen,Zoë}',
           '{"van den Berg",Jansen,"de Vries",Peeters,Maes}', '{B.V.,N.V.,SRL}'),
    ('zh', '{伟,芳,秀英,娜,敏,静}', '{王,李,张,刘,陈}', '{有限公司,Co.}'),
    ('xx', '{Amina,Kofi,Yuki,Søren,Ayşe,Dmitri,Leïla,Tāne,João,Åsa,Мария,Γιώργος}',
           '{Haddad,Mensah,佐藤,Østergård,Öztürk,Ivanov,Kaya,Silva,Björk,Иванова,Παπαδόπουλος}', '{Group,Co.,A/S,Ltda.}')
) AS listed (code, first_names, last_names, legal_forms);

-- Where they are: France first, then the neighbours, then a long tail. Numbers are from the ranges kept for films and
-- examples where a country has them.
CREATE TEMP TABLE market ON COMMIT DROP AS
SELECT country.id AS country_id, coalesce(share, 1) AS share, coalesce(code, 'xx') AS culture,
       coalesce(prefix, '+999 ') AS phone_prefix, coalesce(digits, 'FM000 000') AS phone_digits,
       count(region.id) AS regions
FROM country
LEFT JOIN (VALUES
    ('FR', 320, 'fr', '+33 1 99 00 ', 'FM00 00'), ('US', 150, 'en', '+1 202 555 01', 'FM00'),
    ('DE', 110, 'de', '+49 30 23125 ', 'FM000'), ('GB', 90, 'en', '+44 20 7946 0', 'FM000'),
    ('ES', 80, 'es', '+34 900 55 ', 'FM00 00'), ('IT', 60, 'it', '+39 06 5555 ', 'FM0000'),
    ('BE', 60, 'fr', '+32 2 555 ', 'FM00 00'), ('NL', 40, 'nl', '+31 20 555 ', 'FM0000'),
    ('CH', 30, 'de', '+41 22 555 ', 'FM00 00'), ('PL', 30, 'pl', '+48 22 555 ', 'FM00 00'),
    ('CA', 30, 'en', '+1 613 555 01', 'FM00'), ('CN', 20, 'zh', '+86 10 5555 ', 'FM0000'),
    ('AT', 12, 'de', '+43 1 555 ', 'FM0000'), ('MX', 12, 'es', '+52 55 5555 ', 'FM0000'),
    ('AR', 8, 'es', '+54 11 5555 ', 'FM0000'), ('LU', 6, 'fr', '+352 55 ', 'FM00 00'), ('AQ', 0, 'xx', NULL, NULL)
) AS listed (alpha2, share, code, prefix, digits) USING (alpha2)
LEFT JOIN region ON region.country_id = country.id
GROUP BY country.id, share, code, prefix, digits;

CREATE TABLE company (
    id           bigint NOT NULL,
    registration text NOT NULL,
    name         text NOT NULL,
    domain       text,
    website      text,
    phone        text,
    country_id   int,
    region_id    int,
    industry_id  int,
    size_id      int,
    type_id      int,
    employees    int,
    revenue      numeric(16, 2),
    founded      date,
    note         text,
    created_on   date NOT NULL,
    updated_on   timestamptz
);

WITH list AS (
    SELECT '{Acme,Aster,Atlas,Bluefin,Boréal,Cobalt,Delta,Ember,Étoile,Fjord,Gale,Hélios,Iris,Jade,Kestrel,Lumière,Meridian,
        Nordlys,Océan,Pégase,Quartz,Río,Señal,Tundra,Ünal,Vega,Weiß,Xénon,Ystad,Zéphyr,Ångström,Łysa,東光,Orchid,Prairie,
        Solstice,Granite,Cèdre,Alcyon,Northwind}'::text[] AS roots,
        '{Labs,Logistics,Energy,Systems,Foods,Médias,Travel,Textiles,Biotech,Robotics,Finance,Conseil,Studios,Partners,
        Énergie,Pharma,Bau,Motors,Networks,Services,Timber,Marine,Optics,Paper,Health}'::text[] AS trades,
        -- Names that catch out spreadsheets, LIKE patterns and quoting; each turns up once in 4,000.
        '{+Plus Énergie,-40° Logistics,=Égal Studio,@home Services,100% Coton,snake_case Systems,"O''Brien & \"Sons\"",
        "Semi; Colon, Comma",back\\slash Works,SUM+PRODUCT}'::text[] AS odd_names,
        (SELECT array_agg(country_id ORDER BY country_id) FROM market, generate_series(1, share)) AS slots
), slug AS (
    SELECT list.*, pg_temp.slugs(roots) AS root_slugs, pg_temp.slugs(trades) AS trade_slugs FROM list
), chosen AS (
    SELECT i, odd_names,
           slots[1 + floor(pg_temp.dice(i, 1) * cardinality(slots))::int] AS country_id,
           pg_temp.pick(roots, i, 2) || ' ' || pg_temp.pick(trades, i, 3) AS stem,
           pg_temp.pick(root_slugs, i, 2) || pg_temp.pick(trade_slugs, i, 3) AS slug,
           1 + floor(7 * pow(pg_temp.dice(i, 4), 2))::int AS size_id,
           date '2010-01-01' + floor(5800 * pg_temp.dice(i, 5))::int AS created_on
    FROM slug CROSS JOIN generate_series(1::bigint, :companies) AS i
), named AS (
    SELECT chosen.*, market.regions, phone_prefix, phone_digits,
           CASE WHEN i % 400 = 7 THEN odd_names[1 + i / 400 % 10]
                ELSE stem || ' ' || pg_temp.pick(legal_forms, i, 6) END AS name,
           CASE WHEN pg_temp.dice(i, 7) >= 0.04 THEN slug || i || '.example' END AS domain,
           -- the number of employees follows the size, and is often unknown
           CASE WHEN pg_temp.dice(i, 8) >= 0.12 THEN
               lower(employees)
               + floor((coalesce(upper(employees), 60000) - lower(employees)) * pow(pg_temp.dice(i, 9), 2))::int
           END AS employees
    FROM chosen
    JOIN market USING (country_id)
    JOIN culture ON culture.code = market.culture
    JOIN company_size ON company_size.id = size_id
)
INSERT INTO company
SELECT i, lpad((i * 7919 % 100000000)::text, 9, '0'), name, domain,
       CASE WHEN pg_temp.dice(i, 10) < 0.02 THEN '' WHEN pg_temp.dice(i, 10) < 0.85 THEN 'https://www.' || domain END,
       CASE WHEN pg_temp.dice(i, 11) >= 0.15 THEN pg_temp.phone(phone_prefix, phone_digits, i, 12) END,
       CASE WHEN pg_temp.dice(i, 13) >= 0.01 THEN country_id END,
       CASE WHEN regions > 0 AND pg_temp.dice(i, 13) >= 0.08
            THEN country_id * 100 + 1 + floor(regions * pow(pg_temp.dice(i, 14), 1.5))::int END,
       CASE WHEN pg_temp.dice(i, 15) >= 0.05 THEN 1 + floor(18 * pow(pg_temp.dice(i, 16), 1.4))::int END,
       CASE WHEN pg_temp.dice(i, 17) >= 0.05 THEN size_id END,
       CASE WHEN pg_temp.dice(i, 18) >= 0.03 THEN 1 + floor(6 * pow(pg_temp.dice(i, 19), 2))::int END,
       employees,
       CASE WHEN pg_temp.dice(i, 20) < 0.7 THEN round((employees * (40000 + 160000 * pg_temp.dice(i, 21)))::numeric, 2)
            WHEN pg_temp.dice(i, 20) < 0.72 THEN 0 END,
       CASE WHEN pg_temp.dice(i, 22) >= 0.25 THEN created_on - 30 - floor(40000 * pow(pg_temp.dice(i, 23), 3))::int END,
       CASE WHEN pg_temp.dice(i, 24) < 0.04 THEN E'Met at the fair.\nWants "express" delivery; call back.'
            WHEN pg_temp.dice(i, 24) < 0.07 THEN 'Invoices by post, ¤ per quarter'
            WHEN pg_temp.dice(i, 24) < 0.12 THEN '' END,
       created_on,
       CASE WHEN pg_temp.dice(i, 25) >= 0.1
            THEN created_on::timestamp AT TIME ZONE 'UTC'
                 + floor((date '2026-07-01' - created_on) * 86400 * pg_temp.dice(i, 26)) * interval '1 second' END
FROM named ORDER BY i;

-- None to four addresses of a company; none at all for one in ten.
CREATE TABLE companyemail (company_id bigint NOT NULL, email text NOT NULL);
INSERT INTO companyemail
SELECT company.id, box || '@' || company.domain
FROM company
CROSS JOIN unnest('{info,sales,support,contact}'::text[]) WITH ORDINALITY AS item (box, position)
WHERE domain IS NOT NULL AND pg_temp.dice(company.id, 30) >= (array [0.06, 0.5, 0.8, 0.95])[position];

-- Five contacts for each company on average: some have none, some have thirteen.
CREATE TABLE contact (
    id          bigint NOT NULL,
    company_id  bigint NOT NULL,
    first_name  text,
    last_name   text NOT NULL,
    email       text,
    phone       text,
    industry_id int,
    function_id int,
    level_id    int,
    subscribed  boolean,
    created_on  date NOT NULL,
    updated_on  timestamptz
);
WITH person AS (
    SELECT row_number() OVER (ORDER BY company.id, n) AS i, company.id AS company_id, company.domain,
           company.created_on, market.phone_prefix, market.phone_digits, culture.*
    FROM company
    JOIN market ON market.country_id = coalesce(company.country_id, 250)
    JOIN culture ON culture.code = market.culture
    CROSS JOIN generate_series(1, (array [0, 1, 2, 3, 4, 5, 6, 7, 9, 13])[1 + company.id * 7 % 10]) AS n
), called AS (
    SELECT person.*, pg_temp.pick(first_names, i, 41) AS first_name, pg_temp.pick(last_names, i, 42) AS last_name,
           pg_temp.pick(first_slugs, i, 41) || '.' || pg_temp.pick(last_slugs, i, 42) || i AS login,
           created_on + floor((date '2026-06-30' - created_on) * pg_temp.dice(i, 43))::int AS met_on
    FROM person
)
INSERT INTO contact
SELECT i, company_id, CASE WHEN pg_temp.dice(i, 44) >= 0.03 THEN first_name END, last_name,
       CASE WHEN pg_temp.dice(i, 45) < 0.02 THEN ''
            WHEN pg_temp.dice(i, 45) < 0.92 THEN login || '@' || coalesce(domain, 'mail.example') END,
       CASE WHEN pg_temp.dice(i, 46) < 0.03 THEN '' WHEN pg_temp.dice(i, 46) < 0.8
            THEN pg_temp.phone(phone_prefix, phone_digits, i, 47) END,
       CASE WHEN pg_temp.dice(i, 48) >= 0.1 THEN 1 + floor(15 * pg_temp.dice(i, 49))::int END,
       CASE WHEN pg_temp.dice(i, 50) >= 0.05 THEN 1 + floor(9 * pow(pg_temp.dice(i, 51), 1.3))::int END,
       CASE WHEN pg_temp.dice(i, 52) >= 0.08
            THEN (array [1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7])
                [1 + floor(20 * pg_temp.dice(i, 53))::int] END,
       CASE WHEN pg_temp.dice(i, 54) >= 0.2 THEN pg_temp.dice(i, 55) < 0.6 END,
       met_on,
       CASE WHEN pg_temp.dice(i, 56) >= 0.14
            THEN met_on::timestamp AT TIME ZONE 'UTC'
                 + floor((date '2026-07-01' - met_on) * 86400 * pg_temp.dice(i, 57)) * interval '1 second' END
FROM called ORDER BY i;

-- Keys and indexes last: building them once is much quicker than keeping them up row by row.
ALTER TABLE company
    ADD PRIMARY KEY (id),
    ADD FOREIGN KEY (country_id) REFERENCES country,
    ADD FOREIGN KEY (region_id) REFERENCES region,
    ADD FOREIGN KEY (industry_id) REFERENCES company_industry,
    ADD FOREIGN KEY (size_id) REFERENCES company_size,
    ADD FOREIGN KEY (type_id) REFERENCES company_type;
CREATE INDEX ON company (country_id);
CREATE INDEX ON company (domain);
ALTER TABLE companyemail ADD PRIMARY KEY (company_id, email), ADD FOREIGN KEY (company_id) REFERENCES company;
ALTER TABLE contact
    ADD PRIMARY KEY (id),
    ADD FOREIGN KEY (company_id) REFERENCES company,
    ADD FOREIGN KEY (industry_id) REFERENCES contact_industry,
    ADD FOREIGN KEY (function_id) REFERENCES contact_function,
    ADD FOREIGN KEY (level_id) REFERENCES contact_level;
CREATE INDEX ON contact (company_id);
CREATE INDEX ON contact (email);
