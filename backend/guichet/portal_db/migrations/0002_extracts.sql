-- Extracts: the durable jobs behind heavy results. A row is the job, the queue's entry and what the user sees, in one,
-- so that asking for an extract and queueing it can't come apart.
CREATE TABLE guichet.extract (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner            text        NOT NULL,
    interface        text        NOT NULL,
    source           text        NOT NULL,
    request          jsonb       NOT NULL,
    email            text,
    state            text        NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'delivering', 'done', 'failed', 'cancelled', 'expired')),
    attempt          int         NOT NULL DEFAULT 0,
    not_before       timestamptz NOT NULL DEFAULT now(),
    lease_until      timestamptz,
    cancel_requested boolean     NOT NULL DEFAULT false,
    estimated_rows   bigint,
    rows             bigint      NOT NULL DEFAULT 0,
    bytes            bigint      NOT NULL DEFAULT 0,
    archive          text,
    archive_bytes    bigint,
    problem          text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    started_at       timestamptz,
    finished_at      timestamptz,
    expires_at       timestamptz
);

COMMENT ON COLUMN guichet.extract.attempt IS 'counts its claims; whoever writes names the one that it was given, so that a worker that lost its lease can change nothing';
COMMENT ON COLUMN guichet.extract.lease_until IS 'a running extract whose lease has run out was left by its worker, and is taken over';
COMMENT ON COLUMN guichet.extract.archive IS 'its path below the archive folder';

CREATE INDEX extract_waiting ON guichet.extract (not_before) WHERE state = 'queued';
CREATE INDEX extract_running ON guichet.extract (lease_until) WHERE state = 'running';
CREATE INDEX extract_owner ON guichet.extract (owner, created_at DESC);
CREATE INDEX extract_expiry ON guichet.extract (expires_at) WHERE archive IS NOT NULL;

-- The outbox: one row per mail that is to be sent. Between the mail server's “accepted” and our “sent” lies the one
-- moment that nobody can close: what was “sending” when its worker died is “unknown”, and never sent again unasked.
CREATE TABLE guichet.delivery (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    extract_id  uuid        NOT NULL REFERENCES guichet.extract ON DELETE CASCADE,
    recipient   text        NOT NULL,
    message_id  text        NOT NULL UNIQUE,
    state       text        NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'unknown', 'cancelled')),
    attempt     int         NOT NULL DEFAULT 0,
    not_before  timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,
    attached    boolean,
    problem     text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    sent_at     timestamptz
);

CREATE INDEX delivery_waiting ON guichet.delivery (not_before) WHERE state IN ('pending', 'sending');
CREATE INDEX delivery_extract ON guichet.delivery (extract_id);
