-- The demo's visits to companies' websites, made by DuckDB: Parquet by month, and a CSV that says what each page is.
-- getvariable('visits'): how many; getvariable('folder'): where to. The same numbers make the same files.
CREATE MACRO dice(n, salt) AS (hash(n, salt) % 1000003) / 1000003;
CREATE MACRO pick(list, n, salt) AS list[1 + floor(len(list) * pow(dice(n, salt), 1.4))::INTEGER];

CREATE TABLE pages AS
SELECT * FROM (VALUES
  ('/', 'Home', 'Start', 20), ('/products', 'Products', 'Products', 45), ('/products/new', 'New products', 'Products', 60),
  ('/prices', 'Prices', 'Products', 80), ('/order', 'Order', 'Shop', 150), ('/cart', 'Cart', 'Shop', 90),
  ('/about', 'About us', 'Company', 40), ('/jobs', 'Jobs', 'Company', 120), ('/press', 'Press', 'Company', 70),
  ('/contact', 'Contact', 'Company', 50), ('/support', 'Support', 'Help', 200), ('/faq', 'Questions', 'Help', 110)
) AS page (path, title, section, usual_seconds);

CREATE TABLE visits AS
SELECT n AS id,
       timestamp '2026-01-01' + to_seconds(floor(dice(n, 1) * 181 * 86400)::BIGINT) AS visited_at,
       1 + floor(pow(dice(n, 2), 3) * 2000)::INTEGER AS company_id,
       page.path AS page,
       CASE WHEN dice(n, 4) >= 0.06 THEN
         pick(['France', 'Spain', 'Germany', 'Belgium', 'Italy', 'United Kingdom', 'Netherlands', 'Poland', 'Portugal',
               'Sweden', 'Switzerland', 'Côte d''Ivoire'], n, 5) END AS country,
       pick(['Phone', 'Computer', 'Tablet'], n, 6) AS device,
       CASE WHEN dice(n, 7) >= 0.3 THEN pick(['search', 'newsletter', 'partner', 'fair'], n, 8) END AS came_from,
       CASE WHEN dice(n, 9) >= 0.04 THEN round(page.usual_seconds * (0.1 + 3 * pow(dice(n, 10), 2)))::INTEGER END AS seconds,
       dice(n, 11) < 0.04 AS ordered
FROM range(1, getvariable('visits') + 1) AS numbers (n)
JOIN (SELECT row_number() OVER () AS at, * FROM pages) AS page ON page.at = 1 + floor(12 * pow(dice(n, 3), 1.8));

CREATE TABLE written AS
SELECT id, visited_at, company_id,
       ['Lumière', 'Northwind', 'Sol y Mar', 'Brückner', 'Acorn', 'Bellavista', 'Polaris', 'Verger', 'Kestrel', 'Aurora'][
         1 + company_id % 10] || ' ' || ['Foods', 'Labs', 'Textiles', 'Energy', 'Print', 'Logistics', 'Optics'][
         1 + company_id % 7] || ' ' || company_id AS company,
       page, country, device, came_from, seconds, ordered, strftime(visited_at, '%Y-%m') AS month
FROM visits ORDER BY visited_at;
