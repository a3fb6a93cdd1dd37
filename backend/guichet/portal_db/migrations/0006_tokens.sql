-- Personal tokens. The token itself is not kept, only its SHA-256: it has 256 bits of chance, so that is not reversible.
CREATE TABLE guichet.token (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    owner        text        NOT NULL,
    account      text        NOT NULL,
    name         text        NOT NULL,
    scopes       text[]      NOT NULL,
    hash         bytea       NOT NULL UNIQUE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    UNIQUE (owner, name)
);

COMMENT ON COLUMN guichet.token.account IS 'the fingerprint of the owner''s stored password; the token stops working when it is another';
COMMENT ON COLUMN guichet.token.last_used_at IS 'to the minute';
