-- name: create
INSERT INTO guichet.delivery (extract_id, recipient, message_id)
VALUES (%(extract_id)s, %(recipient)s, %(message_id)s)
RETURNING *;

-- name: count_of_extract
SELECT count(*)::int AS count FROM guichet.delivery WHERE extract_id = %(extract_id)s;

-- name: claim
UPDATE guichet.delivery
SET attempt = attempt + 1, lease_until = now() + make_interval(secs => %(lease_seconds)s)
WHERE id = (
    SELECT id FROM guichet.delivery
    WHERE state = 'pending' AND not_before <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY not_before
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING *;

-- name: extract
SELECT * FROM guichet.extract WHERE id = %(id)s;

-- name: sending
-- Said before the last line of the mail goes; from here on only the mail server knows.
UPDATE guichet.delivery
SET state = 'sending', attached = %(attached)s, lease_until = now() + make_interval(secs => %(lease_seconds)s)
WHERE id = %(id)s AND attempt = %(attempt)s AND state = 'pending'
RETURNING id;

-- name: beat
-- Keeps the lease of a mail that is in hand.
UPDATE guichet.delivery SET lease_until = now() + make_interval(secs => %(lease_seconds)s)
WHERE id = %(id)s AND attempt = %(attempt)s AND state IN ('pending', 'sending')
RETURNING id;

-- name: sent
-- Also if its worker was taken for dead meanwhile: it knows better.
UPDATE guichet.delivery SET state = 'sent', sent_at = now(), lease_until = NULL, problem = NULL
WHERE id = %(id)s AND attempt = %(attempt)s AND state IN ('sending', 'unknown')
RETURNING *;

-- name: retry
UPDATE guichet.delivery
SET state = 'pending', lease_until = NULL, problem = %(problem)s,
    not_before = now() + make_interval(secs => %(wait_seconds)s)
WHERE id = %(id)s AND attempt = %(attempt)s AND state IN ('pending', 'sending')
RETURNING id;

-- name: end
UPDATE guichet.delivery SET state = %(state)s, lease_until = NULL, problem = %(problem)s
WHERE id = %(id)s AND attempt = %(attempt)s AND state IN ('pending', 'sending')
RETURNING *;

-- name: give_up
-- What a mail would lead to is gone.
UPDATE guichet.delivery
SET state = 'failed', lease_until = NULL, problem = %(problem)s
WHERE extract_id = %(extract_id)s AND state = 'pending'
RETURNING id;

-- name: lose
-- What was on the line when its worker died: nobody can know whether it arrived.
UPDATE guichet.delivery
SET state = 'unknown', lease_until = NULL, problem = %(problem)s
WHERE state = 'sending' AND lease_until < now()
RETURNING *;
