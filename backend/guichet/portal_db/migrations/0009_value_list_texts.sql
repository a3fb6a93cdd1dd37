-- The values of a part are one text: arrays took PostgreSQL longer to read than everything else of an upload.
-- Lists that are there already are written anew, which may take longer than other migrations do.
SET LOCAL statement_timeout = '1h';

ALTER TABLE guichet.value_list_part ADD size int NOT NULL DEFAULT 0;
UPDATE guichet.value_list_part SET size = cardinality(values);
ALTER TABLE guichet.value_list_part
    ALTER size DROP DEFAULT,
    ALTER values TYPE text USING array_to_string(values, CASE WHEN is_plain THEN E'\n' ELSE U&'\FFFF' END);

COMMENT ON COLUMN guichet.value_list_part.size IS 'how many values';
COMMENT ON COLUMN guichet.value_list_part.values IS 'joined: by line feeds if plain, else by U+FFFF, which no text has';

-- The values of a part, one by one.
CREATE FUNCTION guichet.part_values(joined text, is_plain boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT string_to_array(joined, CASE WHEN is_plain THEN E'\n' ELSE U&'\FFFF' END)
$$;
