-- question: {"kind":"retention","range":{"from":"2026-01-05","to":"2026-01-07"},"periods":2,"start":{"event":"S"},"return":{"event":"R"}}
WITH starts AS (
         SELECT DISTINCT person, date_trunc('day', ts) AS day FROM events
         WHERE event_type = 'S' AND ts >= '2026-01-05' AND ts < '2026-01-07'),
     backs AS (
         SELECT DISTINCT person, date_trunc('day', ts) AS day FROM events WHERE event_type = 'R'),
     cells AS (
         SELECT starts.day, period, count(*) AS size,
                count(*) FILTER (period = 0
                                 OR (person, starts.day + to_days(period::INTEGER)) IN (FROM backs))
                    AS n
         FROM starts, range(0, 3) numbers(period) GROUP BY starts.day, period),
     cohorts AS (
         SELECT day, any_value(size) AS size, list({'count': n} ORDER BY period) AS values_
         FROM cells GROUP BY day),
     averages AS (SELECT period, round(sum(n) / sum(size), 6) AS rate FROM cells GROUP BY period)
SELECT (SELECT list({'size': size, 'values': values_} ORDER BY day) FROM cohorts) AS cohorts,
       (SELECT list({'period': period, 'rate': rate} ORDER BY period) FROM averages) AS average;
