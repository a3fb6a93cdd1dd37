-- For databases that applied 0009 before it was complete: what it makes of values now.
CREATE OR REPLACE FUNCTION guichet.value_key(value text, kind text) RETURNS text
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
            CASE WHEN value ~ '^[+-]?([0-9]{1,255}(\.[0-9]{0,255})?|\.[0-9]{1,255})([eE][+-]?[0-9]{1,2})?$'
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
