-- An address is used once who reads its mails has confirmed it. Those that were set before count as confirmed.
ALTER TABLE guichet.profile
    ADD COLUMN pending_email text,
    ADD COLUMN pending_hash  bytea,
    ADD COLUMN pending_until timestamptz,
    ADD COLUMN asked         int NOT NULL DEFAULT 0,
    ADD COLUMN asked_since   timestamptz;

COMMENT ON COLUMN guichet.profile.pending_hash IS 'SHA-256 of the token in the mail that confirms pending_email';
COMMENT ON COLUMN guichet.profile.asked IS 'how many such mails were sent since asked_since, so that nobody is flooded with them';
