-- Where the header of a list's file stands, what stands above it, and what else a user may choose of how it is read.
ALTER TABLE guichet.value_list
    ADD above       int   NOT NULL DEFAULT 0,
    ADD header_line int,
    ADD head        jsonb NOT NULL DEFAULT '[]',
    ADD likely      jsonb NOT NULL DEFAULT '[]',
    ADD sheets      jsonb NOT NULL DEFAULT '[]',
    ADD sheet       text;

COMMENT ON COLUMN guichet.value_list.above IS 'how many lines stand above the header or the first row, and are left out';
COMMENT ON COLUMN guichet.value_list.header_line IS 'of the file, counted from 1; NULL without a header';
COMMENT ON COLUMN guichet.value_list.head IS 'the first lines that are not blank: [number, text]';
COMMENT ON COLUMN guichet.value_list.likely IS 'encodings that explain the file better than the one that was found';
COMMENT ON COLUMN guichet.value_list.sheets IS 'of a workbook, those that can be chosen';
COMMENT ON COLUMN guichet.value_list.sheet IS 'that the values come from; NULL of a file that is no workbook';

-- As before, and decomposed (NFD) for columns that hold letters so.
CREATE OR REPLACE FUNCTION guichet.value_normalized(value text, normalization text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE normalization
        WHEN 'lower'     THEN lower(value)
        WHEN 'upper'     THEN upper(value)
        WHEN 'digits'    THEN regexp_replace(value, '[^0-9]', '', 'g')
        WHEN 'nfd'       THEN normalize(value, NFD)
        WHEN 'nfd lower' THEN normalize(lower(value), NFD)
        WHEN 'nfd upper' THEN normalize(upper(value), NFD)
        ELSE value
    END
$$;
