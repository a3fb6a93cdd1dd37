-- name: of_user
SELECT id, account, name, scopes, created_at, expires_at, last_used_at, expires_at < now() AS expired
FROM guichet.token
WHERE owner = %(owner)s
ORDER BY created_at DESC;

-- name: clear_name
-- What doesn't work any more makes room for another of its name.
DELETE FROM guichet.token
WHERE owner = %(owner)s AND name = %(name)s AND (expires_at < now() OR account <> %(account)s);

-- name: create
INSERT INTO guichet.token (owner, account, name, scopes, hash, expires_at)
SELECT %(owner)s, %(account)s, %(name)s, %(scopes)s, decode(%(hash)s, 'hex'), now() + make_interval(days => %(days)s)
WHERE (SELECT count(*) FROM guichet.token WHERE owner = %(owner)s) < %(most)s
RETURNING id, account, name, scopes, created_at, expires_at, last_used_at, false AS expired;

-- name: revoke
DELETE FROM guichet.token WHERE owner = %(owner)s AND id = %(id)s
RETURNING name;

-- name: use
-- Notes the use, once a minute, and returns what the token is good for.
WITH noted AS (
    UPDATE guichet.token SET last_used_at = now()
    WHERE hash = decode(%(hash)s, 'hex')
      AND expires_at > now()
      AND coalesce(last_used_at, '-infinity') < now() - interval '1 minute'
)
SELECT owner, account, scopes, extract(epoch FROM expires_at - now())::float8 AS seconds
FROM guichet.token
WHERE hash = decode(%(hash)s, 'hex') AND expires_at > now();

-- name: forget
DELETE FROM guichet.token WHERE expires_at < now() - interval '30 days';
