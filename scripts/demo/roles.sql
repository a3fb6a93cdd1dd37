-- The demo's roles and databases; run at every start. demo_data.py puts `\set` lines with the passwords before it.
-- `guichet` owns Guichet's own database; `guichet_reader` may only read the sources, as it should be in production;
-- `guichet_editor` writes the records of the laboratory.
\set ON_ERROR_STOP on
SELECT 'CREATE ROLE guichet LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guichet') \gexec
SELECT 'CREATE ROLE guichet_reader LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guichet_reader') \gexec
SELECT 'CREATE ROLE guichet_editor LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guichet_editor') \gexec
ALTER ROLE guichet_editor PASSWORD :'guichet_editor_password';
ALTER ROLE guichet PASSWORD :'guichet_password';
ALTER ROLE guichet_reader PASSWORD :'guichet_reader_password';

SELECT format('CREATE DATABASE %I', name)
FROM unnest('{portal,crm,lab}'::text[]) AS name
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
ALTER DATABASE portal OWNER TO guichet;
REVOKE ALL ON DATABASE portal, crm, lab FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE crm, lab TO guichet_reader;
GRANT CONNECT ON DATABASE lab TO guichet_editor;
