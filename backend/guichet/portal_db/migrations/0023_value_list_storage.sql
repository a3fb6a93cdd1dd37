-- As 0005 had it: 0009 made the column anew, and PostgreSQL then compressed each part of a list, which took a third of
-- the time of an upload. Lists that are there already stay as they are.
ALTER TABLE guichet.value_list_part ALTER values SET STORAGE EXTERNAL;
