-- One row of ordinary values, one of extremes, one of NULLs, for every type that turns up.
CREATE DOMAIN postcode AS text;
CREATE TABLE every_type (
    place        int PRIMARY KEY,
    small        smallint,
    big          bigint,
    exact        numeric,
    scaled       numeric(12, 2),
    single       real,
    double       double precision,
    flag         boolean,
    day          date,
    at_time      time,
    at_zone      timetz,
    plain_stamp  timestamp,
    stamp        timestamptz,
    span         interval,
    document     json,
    documentb    jsonb,
    integers     int[],
    texts        text[],
    numbers      int4range,
    days         daterange,
    identity     uuid,
    bytes        bytea,
    mood         tier,
    address      inet,
    hardware     macaddr,
    place_code   postcode,
    fixed        char(5),
    cash         money,
    spot         point,
    bits         bit varying(8),
    words        tsvector
);
INSERT INTO every_type VALUES
    (1, 7, 42, 1.50, 1.50, 1.5, 0.1, true, '2026-01-31', '08:09:10', '08:09:10+02', '2026-01-31 08:09:10',
     '2026-01-31 08:09:10.5+00', '1 year 2 days 03:04:05', '{"a": 1.0}', '{"a": 1.0}', '{1,2}', '{a,"b c"}', '[1,5)',
     '[2026-01-01,2026-02-01)', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\x00ff', 'gold', '10.0.0.1/8',
     '08:00:2b:01:02:03', '01234', 'ab', '12.34', '(1,2)', '101', 'fat cat'),
    (2, -32768, 9223372036854775807, 123456789012345678901234567890.123456789, -0.01, 'NaN', '-Infinity', false,
     'infinity', '24:00:00', '00:00:00-12', '-infinity', '0044-03-15 12:00:00+00 BC', '-00:00:01', '[]', '{}',
     '{NULL}', '{"","¤","{}","\"quoted\""}', 'empty', '(,)', '00000000-0000-0000-0000-000000000000', '', '=bronze',
     '::1', 'ff:ff:ff:ff:ff:ff', E'=1+1', '=1+1', '-12.34', '(0,0)', '', '');
INSERT INTO every_type (place) VALUES (3);
INSERT INTO every_type VALUES
    (4, 0, 9007199254740993, 'NaN', 0, '1e38', 1e308, NULL, '0044-03-15 BC', '00:00', NULL, 'infinity',
     '9999-12-31 23:59:59.999999+00', '178000000 years', 'null', '"\u00e9"', '{}', '{}', NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, E'a\nb,"c";d¤é🦔', '');
