-- name: of_user
SELECT email, CASE WHEN pending_until > now() THEN pending_email END AS pending_email
FROM guichet.profile
WHERE user_name = %(user)s;

-- name: forget_email
UPDATE guichet.profile
SET email = NULL, pending_email = NULL, pending_hash = NULL, pending_until = NULL, updated_at = now()
WHERE user_name = %(user)s;

-- name: ask_for_email
-- No row where there were too many within the hour.
INSERT INTO guichet.profile (user_name, pending_email, pending_hash, pending_until, asked, asked_since)
VALUES (%(user)s, %(email)s, decode(%(hash)s, 'hex'), now() + make_interval(hours => %(hours)s), 1, now())
ON CONFLICT (user_name) DO UPDATE
SET pending_email = excluded.pending_email, pending_hash = excluded.pending_hash, pending_until = excluded.pending_until,
    asked = CASE WHEN profile.asked_since > now() - interval '1 hour' THEN profile.asked + 1 ELSE 1 END,
    asked_since = CASE WHEN profile.asked_since > now() - interval '1 hour' THEN profile.asked_since ELSE now() END
WHERE profile.asked < %(most)s OR profile.asked_since IS NULL OR profile.asked_since <= now() - interval '1 hour'
RETURNING user_name;

-- name: withdraw_email
-- The mail that would have confirmed it could not be sent.
UPDATE guichet.profile SET pending_email = NULL, pending_hash = NULL, pending_until = NULL
WHERE user_name = %(user)s AND pending_hash = decode(%(hash)s, 'hex');

-- name: pending
SELECT email, pending_email FROM guichet.profile
WHERE user_name = %(user)s AND pending_hash = decode(%(hash)s, 'hex') AND pending_until > now()
FOR UPDATE;

-- name: confirm_email
UPDATE guichet.profile
SET email = pending_email, pending_email = NULL, pending_hash = NULL, pending_until = NULL, updated_at = now()
WHERE user_name = %(user)s;
