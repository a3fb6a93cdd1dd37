-- What the reading role sees in a demo database: everything in it, now and later, and nothing to write to.
\set ON_ERROR_STOP on
GRANT USAGE ON SCHEMA public TO guichet_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO guichet_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO guichet_reader;
