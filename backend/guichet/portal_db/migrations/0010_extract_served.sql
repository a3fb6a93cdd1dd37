-- When a user's extract last began: a claim asks it of everybody who waits.
CREATE INDEX extract_served ON guichet.extract (owner, started_at DESC) WHERE started_at IS NOT NULL;
