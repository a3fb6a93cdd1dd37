-- name: create
INSERT INTO guichet.extract (owner, interface, source, request, email, estimated_rows, sealed_password)
VALUES (%(owner)s, %(interface)s, %(source)s, %(request)s, %(email)s, %(estimated_rows)s, %(sealed_password)s)
RETURNING *;

-- name: ask_in_turn
-- One question of a user at a time, so that two at once find each other's extract.
SELECT pg_advisory_xact_lock(4842440, hashtext(%(owner)s));

-- name: count_unfinished
SELECT count(*) AS extracts FROM guichet.extract WHERE owner = %(owner)s AND state IN ('queued', 'running');

-- name: there_already
-- The same, asked for again by the same user: under way, or written a moment ago.
SELECT id FROM guichet.extract
WHERE owner = %(owner)s AND interface = %(interface)s AND request = %(request)s AND email IS NOT DISTINCT FROM %(email)s
  AND sealed_password IS NULL
  AND (state IN ('queued', 'running') AND NOT cancel_requested
       OR state IN ('delivering', 'done') AND archive IS NOT NULL
          AND finished_at > now() - make_interval(secs => %(young_seconds)s))
ORDER BY created_at DESC
LIMIT 1;

-- name: of_user
SELECT extract.*, delivery.state AS delivery_state, delivery.problem AS delivery_problem, delivery.attached,
       queue.place, history.row_bytes, history.row_seconds
FROM guichet.extract
LEFT JOIN (
    -- As they will be claimed: everybody's first before anybody's second, what runs counting as one's first.
    SELECT id, row_number() OVER (ORDER BY turn, served_at NULLS FIRST, created_at) AS place
    FROM (
        SELECT waiting.id, waiting.created_at, served.at AS served_at,
               row_number() OVER (PARTITION BY waiting.owner ORDER BY waiting.created_at) + served.running AS turn
        FROM guichet.extract AS waiting
        CROSS JOIN LATERAL (
            SELECT max(started_at) AS at, count(*) FILTER (WHERE state = 'running') AS running
            FROM guichet.extract AS other
            WHERE other.owner = waiting.owner AND other.started_at IS NOT NULL
        ) AS served
        WHERE waiting.state = 'queued'
    ) AS turns
) AS queue USING (id)
LEFT JOIN LATERAL (
    SELECT * FROM guichet.delivery WHERE extract_id = extract.id ORDER BY created_at DESC LIMIT 1
) AS delivery ON true
LEFT JOIN LATERAL (
    -- What the extracts of the same form came to before.
    SELECT sum(archive_bytes)::float8 / sum(rows)::float8                             AS row_bytes,
           sum(extract(epoch FROM finished_at - started_at))::float8 / sum(rows)::float8 AS row_seconds
    FROM (
        SELECT * FROM guichet.extract AS earlier
        WHERE earlier.interface = extract.interface AND earlier.archive_bytes > 0 AND earlier.rows > 0
          AND earlier.state IN ('delivering', 'done', 'expired')
        ORDER BY earlier.finished_at DESC
        LIMIT 10
    ) AS written
) AS history ON extract.state IN ('queued', 'running')
WHERE extract.owner = %(owner)s AND (%(id)s::uuid IS NULL OR extract.id = %(id)s)
ORDER BY extract.created_at DESC
LIMIT %(limit)s;

-- name: cancel
-- A waiting one is cancelled at once; a running one by its worker, who looks every half second.
UPDATE guichet.extract
SET cancel_requested = true,
    state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
    finished_at = CASE WHEN state = 'queued' THEN now() ELSE finished_at END,
    sealed_password = CASE WHEN state = 'queued' THEN NULL ELSE sealed_password END
WHERE id = %(id)s AND owner = %(owner)s AND state IN ('queued', 'running')
RETURNING *;

-- name: cancel_delivering
-- Its mail has not gone, and won't; a worker clears away what is written.
WITH stopped AS (
    UPDATE guichet.delivery SET state = 'cancelled', lease_until = NULL
    WHERE extract_id = %(id)s AND state = 'pending'
      AND EXISTS (SELECT FROM guichet.extract WHERE id = extract_id AND owner = %(owner)s AND state = 'delivering')
    RETURNING extract_id
)
UPDATE guichet.extract SET state = 'cancelled', cancel_requested = true, expires_at = now()
WHERE id IN (SELECT extract_id FROM stopped)
RETURNING *;

-- name: claim_in_turn
-- One claim at a time, so that the bounds below are exact.
SELECT pg_advisory_xact_lock(4842439);

-- name: claim
-- Fair: first of those with the fewest running, then of those who waited longest since their last start. Of each user and
-- source only the one that waits longest is looked at, so that a long queue costs little.
UPDATE guichet.extract
SET state = 'running', attempt = attempt + 1, started_at = now(), rows = 0, bytes = 0, archive_bytes = NULL, problem = NULL,
    lease_until = now() + make_interval(secs => %(lease_seconds)s)
WHERE id = (
    WITH running AS (
        SELECT owner, source FROM guichet.extract WHERE state = 'running'
    ), waiting AS (
        SELECT DISTINCT ON (owner, source) id, owner, source, created_at
        FROM guichet.extract
        WHERE state = 'queued' AND not_before <= now()
        ORDER BY owner, source, created_at
    )
    SELECT waiting.id
    FROM waiting
    LEFT JOIN (SELECT owner, count(*) AS number FROM running GROUP BY owner) AS by_owner USING (owner)
    LEFT JOIN (SELECT source, count(*) AS number FROM running GROUP BY source) AS by_source USING (source)
    LEFT JOIN LATERAL (
        SELECT max(other.started_at) AS at FROM guichet.extract AS other WHERE other.owner = waiting.owner
    ) AS served ON true
    WHERE coalesce(by_owner.number, 0) < %(per_user)s AND coalesce(by_source.number, 0) < %(per_source)s
    ORDER BY coalesce(by_owner.number, 0), served.at NULLS FIRST, waiting.created_at
    LIMIT 1
)
RETURNING *;

-- name: beat
-- Keeps the lease and tells how far it is; no row means that the extract is somebody else's by now.
UPDATE guichet.extract
SET lease_until = now() + make_interval(secs => %(lease_seconds)s), rows = %(rows)s, bytes = %(bytes)s,
    archive_bytes = %(archive_bytes)s
WHERE id = %(id)s AND attempt = %(attempt)s AND state = 'running'
RETURNING cancel_requested;

-- name: finish
-- Who cancelled is heard until the very end: an archive that was complete by then is not kept.
UPDATE guichet.extract
SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE %(state)s END,
    archive = CASE WHEN NOT cancel_requested THEN %(archive)s END,
    archive_bytes = CASE WHEN NOT cancel_requested THEN %(archive_bytes)s::bigint END,
    problem = CASE WHEN NOT cancel_requested THEN %(problem)s END,
    rows = %(rows)s, bytes = %(bytes)s, finished_at = now(), lease_until = NULL, sealed_password = NULL,
    expires_at = now() + make_interval(days => %(days)s)
WHERE id = %(id)s AND attempt = %(attempt)s AND state = 'running'
RETURNING *;

-- name: of_attempt
SELECT * FROM guichet.extract WHERE id = %(id)s AND attempt = %(attempt)s;

-- name: hand_back
-- Puts it into the queue again: its worker stops, or what failed may pass.
UPDATE guichet.extract
SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'queued' END,
    finished_at = CASE WHEN cancel_requested THEN now() END,
    sealed_password = CASE WHEN NOT cancel_requested THEN sealed_password END,
    problem = CASE WHEN NOT cancel_requested THEN %(problem)s END,
    handed_back = handed_back + %(uncounted)s,
    lease_until = NULL, archive_bytes = NULL, not_before = now() + make_interval(secs => %(wait_seconds)s)
WHERE id = %(id)s AND attempt = %(attempt)s AND state = 'running'
RETURNING id;

-- name: take_over
-- What its worker left behind waits again, unless it was cancelled meanwhile or has killed too many workers.
UPDATE guichet.extract
SET state = CASE WHEN cancel_requested THEN 'cancelled' WHEN attempt - handed_back >= %(most_attempts)s THEN 'failed'
                 ELSE 'queued' END,
    problem = CASE WHEN attempt - handed_back >= %(most_attempts)s THEN %(problem)s END,
    finished_at = CASE WHEN cancel_requested OR attempt - handed_back >= %(most_attempts)s THEN now() END,
    sealed_password = CASE WHEN NOT cancel_requested AND attempt - handed_back < %(most_attempts)s THEN sealed_password END,
    lease_until = NULL
WHERE state = 'running' AND lease_until < now()
RETURNING *;

-- name: expired
SELECT id, archive FROM guichet.extract WHERE archive IS NOT NULL AND expires_at < now() ORDER BY expires_at LIMIT 100;

-- name: kept
SELECT * FROM guichet.extract WHERE id = ANY (%(ids)s::uuid[]);

-- name: expire
UPDATE guichet.extract SET state = CASE state WHEN 'cancelled' THEN state ELSE 'expired' END, archive = NULL
WHERE id = %(id)s
RETURNING id;

-- name: stored_bytes
SELECT coalesce(sum(archive_bytes), 0)::bigint AS bytes
FROM guichet.extract
WHERE (archive IS NOT NULL OR state = 'running') AND id <> %(beside)s;

-- name: address
UPDATE guichet.extract SET email = %(email)s WHERE id = %(id)s RETURNING id;

-- name: delivered
-- The last mail is gone, one way or another: the extract is done.
UPDATE guichet.extract SET state = 'done'
WHERE id = %(id)s AND state = 'delivering'
RETURNING id;
