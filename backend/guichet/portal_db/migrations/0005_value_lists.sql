-- Value lists: many values for one criterion, from an uploaded file or pasted lines. They belong to one user.
CREATE TABLE guichet.value_list (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner       text        NOT NULL,
    name        text        NOT NULL,
    bytes       bigint      NOT NULL,
    encoding    text        NOT NULL,
    delimiter   text,
    quote       text,
    header      boolean     NOT NULL,
    columns     jsonb       NOT NULL,
    sample      jsonb       NOT NULL,
    column_at   int         NOT NULL,
    rows        bigint      NOT NULL DEFAULT 0,
    blanks      bigint      NOT NULL DEFAULT 0,
    values      bigint      NOT NULL DEFAULT 0,
    hash        text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    used_at     timestamptz NOT NULL DEFAULT now()
);

COMMENT ON COLUMN guichet.value_list.delimiter IS 'what separates columns; NULL: each line is one value';
COMMENT ON COLUMN guichet.value_list.quote IS 'what encloses a cell; NULL: nothing does';
COMMENT ON COLUMN guichet.value_list.columns IS 'their names; null where the file has no header';
COMMENT ON COLUMN guichet.value_list.column_at IS 'the column that the values come from, counted from 0';
COMMENT ON COLUMN guichet.value_list.rows IS 'of the file, blank ones and repetitions among them, without the header';
COMMENT ON COLUMN guichet.value_list.values IS 'different ones, as they are spelt';
COMMENT ON COLUMN guichet.value_list.hash IS 'SHA-256 of the values in their order: names the list without telling what is in it';

CREATE INDEX value_list_owner ON guichet.value_list (owner, used_at DESC);

-- The file as it came, compressed, so that another column can be chosen.
CREATE TABLE guichet.value_list_file (
    list_id  uuid  NOT NULL REFERENCES guichet.value_list ON DELETE CASCADE,
    part     int   NOT NULL,
    content  bytea NOT NULL,
    PRIMARY KEY (list_id, part)
);

-- The values, thousands to a row: a million of them are written, read and deleted as some hundred rows.
CREATE TABLE guichet.value_list_part (
    list_id     uuid    NOT NULL REFERENCES guichet.value_list ON DELETE CASCADE,
    part        int     NOT NULL,
    first_line  int,
    lines       int[],
    values      text[]  NOT NULL,
    is_plain    boolean NOT NULL,
    PRIMARY KEY (list_id, part)
);

COMMENT ON COLUMN guichet.value_list_part.first_line IS 'of the file, when each value stands on the line after the one before it; else NULL, and `lines` has them';
COMMENT ON COLUMN guichet.value_list_part.is_plain IS 'no value has a character that COPY would have to escape';

ALTER TABLE guichet.value_list_file ALTER content SET STORAGE EXTERNAL;
ALTER TABLE guichet.value_list_part ALTER values SET STORAGE EXTERNAL;

-- How many values of a list can be read as a criterion wants them: counted once, because a list doesn't change.
CREATE TABLE guichet.value_list_reading (
    list_id        uuid   NOT NULL REFERENCES guichet.value_list ON DELETE CASCADE,
    normalization  text   NOT NULL,
    kind           text   NOT NULL,
    values         bigint NOT NULL,
    malformed      bigint NOT NULL,
    PRIMARY KEY (list_id, normalization, kind)
);

-- The last search by a list in an interface: what its unmatched values are about.
CREATE TABLE guichet.value_list_search (
    list_id    uuid        NOT NULL REFERENCES guichet.value_list ON DELETE CASCADE,
    interface  text        NOT NULL,
    criterion  text        NOT NULL,
    criteria   jsonb       NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (list_id, interface, criterion)
);

-- One expression each, so that PostgreSQL puts them into the query in place of a call.
CREATE FUNCTION guichet.value_normalized(value text, normalization text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE normalization
        WHEN 'lower'  THEN lower(value)
        WHEN 'upper'  THEN upper(value)
        WHEN 'digits' THEN regexp_replace(value, '[^0-9]', '', 'g')
        ELSE value
    END
$$;

CREATE FUNCTION guichet.is_day(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT value ~ '^(?!0000)[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$'
        OR value ~ '^(?!0000)([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29$'
$$;

-- A normalized value in the one form that its kind is written in, or NULL where it is malformed.
CREATE FUNCTION guichet.value_key(value text, kind text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind
        WHEN 'text' THEN nullif(value, '')
        WHEN 'integer' THEN
            CASE WHEN value ~ '^[+-]?[0-9]{1,30}$' AND value::numeric BETWEEN -2147483648 AND 2147483647
                 THEN value::numeric::text END
        WHEN 'smallint' THEN
            CASE WHEN value ~ '^[+-]?[0-9]{1,30}$' AND value::numeric BETWEEN -32768 AND 32767
                 THEN value::numeric::text END
        WHEN 'bigint' THEN
            CASE WHEN value ~ '^[+-]?[0-9]{1,30}$'
                  AND value::numeric BETWEEN -9223372036854775808 AND 9223372036854775807
                 THEN value::numeric::text END
        WHEN 'numeric' THEN
            CASE WHEN value ~ '^[+-]?([0-9]{1,300}(\.[0-9]{0,300})?|\.[0-9]{1,300})([eE][+-]?[0-9]{1,2})?$'
                 THEN trim_scale(value::numeric)::text END
        WHEN 'double precision' THEN
            CASE WHEN value ~ '^[+-]?([0-9]{1,100}(\.[0-9]{0,100})?|\.[0-9]{1,100})([eE][+-]?[0-9]{1,2})?$'
                 THEN value::float8::text END
        WHEN 'uuid' THEN
            CASE WHEN value ~* '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$' OR value ~* '^\{[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}$'
                 THEN value::uuid::text END
        WHEN 'date' THEN CASE WHEN guichet.is_day(value) THEN value END
        WHEN 'timestamp' THEN
            CASE WHEN guichet.is_day(left(value, 10))
                  AND substr(value, 11) ~ '^([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$'
                 THEN value END
        WHEN 'email' THEN
            CASE WHEN value ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:].]+$' THEN value END
        WHEN 'boolean' THEN
            CASE WHEN value ~* '^(t|true|y|yes|on|1|f|false|n|no|off|0)$' THEN value::boolean::text END
        ELSE nullif(value, '')
    END
$$;
