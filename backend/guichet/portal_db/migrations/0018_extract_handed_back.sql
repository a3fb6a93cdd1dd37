ALTER TABLE guichet.extract ADD COLUMN handed_back int NOT NULL DEFAULT 0;
COMMENT ON COLUMN guichet.extract.handed_back IS 'attempts that ended because their worker was stopped; they don''t count for the most that there may be';
