-- What an extract may be asked for with, and what tells how large it will be.
ALTER TABLE guichet.extract ADD COLUMN sealed_password bytea;

COMMENT ON COLUMN guichet.extract.sealed_password IS 'the password of its archive, encrypted with SECRET_KEY; gone as soon as the extract has ended';

CREATE INDEX extract_written ON guichet.extract (interface, finished_at DESC) WHERE archive_bytes > 0 AND rows > 0;
