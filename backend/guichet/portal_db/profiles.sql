-- name: of_user
SELECT email FROM guichet.profile WHERE user_name = %(user)s;

-- name: set_email
INSERT INTO guichet.profile (user_name, email) VALUES (%(user)s, %(email)s)
ON CONFLICT (user_name) DO UPDATE SET email = excluded.email, updated_at = now();
