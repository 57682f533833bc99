-- question: {"kind":"performance","range":{"from":"2026-01-01","to":"2026-01-11"}}
WITH loads AS (
         SELECT page_path AS page, (properties ->> 'loadTime')::DOUBLE AS ms
         FROM events
         WHERE event_type = 'performance' AND ts >= '2026-01-01' AND ts < '2026-01-11'),
     pages AS (
         SELECT page, count(*) AS n, quantile_cont(ms, 0.5) AS p50 FROM loads GROUP BY page)
SELECT [{'metric': 'load', 'count': count(ms), 'p50': quantile_cont(ms, 0.5),
         'p75': quantile_cont(ms, 0.75), 'p90': round(quantile_cont(ms, 0.9), 6)}] AS metrics,
       (SELECT list({'value': page, 'count': n, 'metrics': [{'p50': p50}]} ORDER BY n DESC, page)
        FROM pages) AS pages
FROM loads;
