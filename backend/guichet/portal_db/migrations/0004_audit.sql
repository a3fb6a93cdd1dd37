-- Who asked what of which interface, and what they got. Criteria are stored as they were given.
CREATE TABLE guichet.audit (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT now(),
    user_name   text        NOT NULL,
    action      text        NOT NULL,
    interface   text        NOT NULL,
    criteria    jsonb       NOT NULL,
    rows        bigint,
    duration_ms bigint,
    details     jsonb       NOT NULL
);

COMMENT ON COLUMN guichet.audit.at IS 'when the answer was ready';
COMMENT ON COLUMN guichet.audit.rows IS 'how many rows the user got; for a count, what it said; NULL where there are none';
COMMENT ON COLUMN guichet.audit.details IS 'what else belongs to the action: the extract, the format, the recipient, a record before and after';

CREATE INDEX audit_at ON guichet.audit (at);
