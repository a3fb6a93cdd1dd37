-- name: queue
-- What an operator watches: how many extracts and mails are in which state, and how long the oldest waits.
SELECT 'extracts' AS name, state, count(*)::float8 AS value FROM guichet.extract GROUP BY state
UNION ALL
SELECT 'deliveries', state, count(*)::float8 FROM guichet.delivery GROUP BY state
UNION ALL
SELECT 'oldest', 'queued', coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
FROM guichet.extract WHERE state = 'queued';
