-- A million rows of 16 columns, made by PostgreSQL; the other kinds are loaded from its CSV. %(rows)s: how many.
CREATE TABLE contact AS
SELECT n::int AS id,
       'Maison ' || n %% 40009 || (ARRAY[', S.A.', ' "Frères" & Cie', ' Überlingen GmbH', ' Ltd', ''])[1 + n %% 5] AS company,
       (ARRAY['France', 'Belgium', 'Côte d''Ivoire', 'Spain', 'Germany', 'Peru', NULL])[1 + n %% 7] AS country,
       'https://www.maison' || n %% 40009 || '.example/' AS website,
       date '1961-03-01' + (n %% 23011)::int AS founded,
       nullif((n * 17) %% 50021, 13)::int AS employees,
       nullif((n * 6007) %% 100000007, 0)::numeric(14, 2) / 100 AS revenue,
       n %% 4 = 1 AS active,
       ((n * 29) %% 5003)::float8 / 41 AS rating,
       timestamp '2019-06-30 23:00' + n * interval '47 seconds' AS created,
       timestamp '2022-02-01 08:09:10.111' + n * interval '7.25 seconds' AS updated,
       'Nom' || n %% 9001 AS last_name,
       'Léa' || n %% 701 AS first_name,
       'lea' || n || '@maison' || n %% 40009 || '.example' AS email,
       '+33 ' || lpad((n * 41 %% 1000000007)::text, 10, '0') AS phone,
       CASE n %% 8 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'two lines,\nthe second "quoted"'
                  ELSE 'asked to be called back about offer ' || n END AS note
FROM generate_series(1::bigint, %(rows)s) AS n;
ALTER TABLE contact ALTER revenue TYPE numeric(14, 2), ADD PRIMARY KEY (id);
ANALYZE contact;
