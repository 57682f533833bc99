-- question: {"kind":"retention","range":{"from":"2026-01-05","to":"2026-01-07"},"periods":2,"start":{"event":"S"},"return":{"event":"R"},"windows":"rolling"}
-- Window p is [24 h * p, 24 h * (p + 1)) from the person's first S of the day.
WITH starts AS (
         SELECT person, date_trunc('day', ts) AS day, min(t) AS t FROM events
         WHERE event_type = 'S' AND ts >= '2026-01-05' AND ts < '2026-01-07' GROUP BY ALL),
     backs AS (
         SELECT DISTINCT person, day, (events.t - starts.t) // (24 * 3600 * 1000) AS period
         FROM events JOIN starts USING (person)
         WHERE event_type = 'R' AND events.t >= starts.t),
     cells AS (
         SELECT day, period, count(person) AS size,
                count(*) FILTER (person IS NOT NULL
                                 AND (period = 0 OR (person, day, period) IN (FROM backs))) AS n
         FROM (SELECT unnest([TIMESTAMPTZ '2026-01-05', TIMESTAMPTZ '2026-01-06']) AS day)
             CROSS JOIN range(0, 3) numbers(period) LEFT JOIN starts USING (day)
         GROUP BY day, period),
     cohorts AS (
         SELECT day, any_value(size) AS size, list({'count': n} ORDER BY period) AS values_
         FROM cells GROUP BY day)
SELECT list({'size': size, 'values': values_} ORDER BY day) AS cohorts FROM cohorts;
