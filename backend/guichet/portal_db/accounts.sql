-- name: in_turn
-- One look at a time, so that an older one is not written over a newer.
SELECT pg_advisory_xact_lock(4842441);

-- name: known
SELECT name, id, fingerprint, place, missing_since IS NOT NULL AS is_missing FROM guichet.account;

-- name: of_name
SELECT name, id FROM guichet.account WHERE name = %(name)s;

-- name: seen
INSERT INTO guichet.account (name, fingerprint, place)
SELECT name, fingerprint, place
FROM unnest(%(names)s::text[], %(fingerprints)s::text[]) WITH ORDINALITY AS found (name, fingerprint, place)
ON CONFLICT (name) DO UPDATE
SET fingerprint = excluded.fingerprint, place = excluded.place, missing_since = NULL
WHERE (account.fingerprint, account.place) IS DISTINCT FROM (excluded.fingerprint, excluded.place)
   OR account.missing_since IS NOT NULL;

-- name: missing
UPDATE guichet.account SET missing_since = now() WHERE name <> ALL (%(names)s) AND missing_since IS NULL;

-- name: close
-- What a user kept stays with the account that is closed. What is under way for it ends.
UPDATE guichet.extract SET state = 'cancelled', cancel_requested = true, finished_at = now(), sealed_password = NULL
WHERE owner = %(name)s AND state = 'queued';
UPDATE guichet.extract SET cancel_requested = true WHERE owner = %(name)s AND state = 'running';
UPDATE guichet.delivery SET state = 'cancelled', lease_until = NULL
WHERE state = 'pending' AND extract_id IN (SELECT id FROM guichet.extract WHERE owner = %(name)s);
UPDATE guichet.extract SET state = 'done' WHERE owner = %(name)s AND state = 'delivering';
UPDATE guichet.extract SET owner = %(closed)s WHERE owner = %(name)s;
UPDATE guichet.saved_search SET owner = %(closed)s WHERE owner = %(name)s;
UPDATE guichet.value_list SET owner = %(closed)s WHERE owner = %(name)s;
DELETE FROM guichet.token WHERE owner = %(name)s;
DELETE FROM guichet.profile WHERE user_name = %(name)s;
DELETE FROM guichet.account WHERE name = %(name)s;
