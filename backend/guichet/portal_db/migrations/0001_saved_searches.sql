-- Searches that users keep under a name. Criteria are stored as they were given, so that “last month” stays relative.
CREATE TABLE guichet.saved_search (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner        text        NOT NULL,
    interface    text        NOT NULL,
    name         text        NOT NULL CHECK (name = btrim(name) AND name <> ''),
    criteria     jsonb       NOT NULL,
    sort         jsonb       NOT NULL,
    shared_with  text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    deleted_at   timestamptz
);

COMMENT ON COLUMN guichet.saved_search.shared_with IS 'the group that sees it too; NULL: nobody but its owner';
COMMENT ON COLUMN guichet.saved_search.deleted_at IS 'deleted, and gone for good after a day; until then it can be restored';

CREATE UNIQUE INDEX saved_search_name ON guichet.saved_search (owner, interface, name) WHERE deleted_at IS NULL;
CREATE INDEX saved_search_shared ON guichet.saved_search (shared_with) WHERE deleted_at IS NULL;
