-- name: visible
-- Those of a user, and those shared with one of their groups. Long criteria are left out, and asked for one by one.
SELECT id, owner, interface, name, CASE WHEN octet_length(criteria::text) <= %(most_bytes)s THEN criteria END AS criteria, sort, shared_with, created_at, updated_at
FROM guichet.saved_search
WHERE (owner = %(user)s OR shared_with = ANY (%(groups)s)) AND deleted_at IS NULL
ORDER BY owner <> %(user)s, lower(name), created_at
LIMIT %(most)s;

-- name: one
SELECT id, owner, interface, name, criteria, sort, shared_with, created_at, updated_at
FROM guichet.saved_search
WHERE id = %(id)s AND (owner = %(user)s OR shared_with = ANY (%(groups)s)) AND deleted_at IS NULL;

-- name: count_mine
-- One after another, so that two at once don't both find the last place.
SELECT pg_advisory_xact_lock(hashtextextended('saved_search ' || %(user)s, 0)),
       (SELECT count(*) FROM guichet.saved_search WHERE owner = %(user)s AND deleted_at IS NULL) AS searches;

-- name: one_of_mine
SELECT id, owner, interface, name, criteria, sort, shared_with, created_at, updated_at
FROM guichet.saved_search
WHERE id = %(id)s AND owner = %(user)s AND deleted_at IS NULL
FOR UPDATE;

-- name: create
INSERT INTO guichet.saved_search (owner, interface, name, criteria, sort, shared_with)
VALUES (%(user)s, %(interface)s, %(name)s, %(criteria)s, %(sort)s, %(shared_with)s)
RETURNING id, owner, interface, name, criteria, sort, shared_with, created_at, updated_at;

-- name: update
UPDATE guichet.saved_search
SET name = %(name)s, criteria = %(criteria)s, sort = %(sort)s, shared_with = %(shared_with)s, updated_at = now()
WHERE id = %(id)s AND owner = %(user)s AND deleted_at IS NULL
RETURNING id, owner, interface, name, criteria, sort, shared_with, created_at, updated_at;

-- name: delete
UPDATE guichet.saved_search SET deleted_at = now()
WHERE id = %(id)s AND owner = %(user)s AND deleted_at IS NULL
RETURNING id;

-- name: restore
UPDATE guichet.saved_search SET deleted_at = NULL
WHERE id = %(id)s AND owner = %(user)s AND deleted_at > now() - interval '1 day'
RETURNING id, owner, interface, name, criteria, sort, shared_with, created_at, updated_at;

-- name: forget_deleted
DELETE FROM guichet.saved_search WHERE deleted_at < now() - interval '1 day';
