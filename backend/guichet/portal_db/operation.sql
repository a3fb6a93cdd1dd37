-- name: queue
-- What an operator watches: how many extracts and mails are in which state, and how long the oldest waits. Of those that
-- ended, the last day's: a number that never falls can't be watched.
SELECT 'extracts' AS name, state, count(*)::float8 AS value
FROM guichet.extract
WHERE state IN ('queued', 'running', 'delivering') OR finished_at > now() - interval '1 day'
GROUP BY state
UNION ALL
SELECT 'deliveries', state, count(*)::float8
FROM guichet.delivery
WHERE state IN ('pending', 'sending') OR coalesce(sent_at, greatest(created_at, not_before)) > now() - interval '1 day'
GROUP BY state
UNION ALL
SELECT 'archives', 'stored', coalesce(sum(archive_bytes), 0)::float8
FROM guichet.extract
WHERE archive IS NOT NULL OR state = 'running'
UNION ALL
SELECT 'oldest', 'queued', coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
FROM guichet.extract WHERE state = 'queued';
