-- What users set for themselves.
CREATE TABLE guichet.profile (
    user_name  text PRIMARY KEY,
    email      text,
    updated_at timestamptz NOT NULL DEFAULT now()
);
