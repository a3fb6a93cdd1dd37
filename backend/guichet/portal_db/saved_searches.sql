-- name: visible
-- Those of a user, and those shared with one of their groups.
SELECT id, owner, interface, name, criteria, sort, shared_with, created_at, updated_at
FROM guichet.saved_search
WHERE (owner = %(user)s OR shared_with = ANY (%(groups)s)) AND deleted_at IS NULL
ORDER BY lower(name), created_at;

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
