-- What the writing role may do in a demo database: edit the tables that have records, and nothing else.
\set ON_ERROR_STOP on
GRANT USAGE ON SCHEMA public TO guichet_editor;
GRANT SELECT, INSERT, UPDATE, DELETE ON site, computer, freezer, container TO guichet_editor;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO guichet_editor;
