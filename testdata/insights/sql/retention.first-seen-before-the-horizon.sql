-- question: {"kind":"retention","range":{"from":"2026-01-05","to":"2026-01-07"},"periods":2,"start":{"event":"S"},"return":{"event":"R"},"type":"first_time"}
-- What was first seen before the horizon counts for the first time of all.
WITH ever AS (
         SELECT person, event_type, ts FROM events
         UNION ALL SELECT person, event_type, ts FROM first_seen),
     first AS (SELECT person, min(ts) AS ts FROM ever WHERE event_type = 'S' GROUP BY person),
     backs AS (
         SELECT DISTINCT person, date_trunc('day', ts) AS day FROM events WHERE event_type = 'R'),
     cells AS (
         SELECT day, period, count(person) AS size,
                count(*) FILTER (person IS NOT NULL AND (period = 0
                                 OR (person, day + to_days(period::INTEGER)) IN (FROM backs))) AS n
         FROM (SELECT unnest([TIMESTAMPTZ '2026-01-05', TIMESTAMPTZ '2026-01-06']) AS day)
             CROSS JOIN range(0, 3) numbers(period)
             LEFT JOIN first ON date_trunc('day', ts) = day
         GROUP BY day, period),
     cohorts AS (
         SELECT day, any_value(size) AS size, list({'count': n} ORDER BY period) AS values_
         FROM cells GROUP BY day)
SELECT list({'size': size, 'values': values_} ORDER BY day) AS cohorts FROM cohorts;
