-- Whom .htpasswd was last seen to name. A name that went and came back with another password is another person, who must
-- not be given what the one before kept.
CREATE TABLE guichet.account (
    name          text        PRIMARY KEY,
    id            uuid        NOT NULL DEFAULT gen_random_uuid(),
    fingerprint   text        NOT NULL,
    place         int         NOT NULL,
    opened_at     timestamptz NOT NULL DEFAULT now(),
    missing_since timestamptz
);

COMMENT ON COLUMN guichet.account.fingerprint IS 'of the stored password; empty for owners from before this table';
COMMENT ON COLUMN guichet.account.place IS 'which line of .htpasswd it is: a password that is changed stays in its line';
COMMENT ON COLUMN guichet.account.missing_since IS 'when it was first seen to be gone; NULL while it is there';

INSERT INTO guichet.account (name, fingerprint, place)
SELECT owner, '', 0
FROM (
    SELECT owner FROM guichet.saved_search
    UNION SELECT owner FROM guichet.extract
    UNION SELECT owner FROM guichet.value_list
    UNION SELECT owner FROM guichet.token
    UNION SELECT user_name FROM guichet.profile
) AS owners (owner);
