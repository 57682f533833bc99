-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-03"},"series":[{"measure":"sessions"}]}
-- A session starts where nothing of the same person and session id lies in the 30 minutes before.
WITH starts AS (
         SELECT ts FROM events
         WHERE person IS NOT NULL
         QUALIFY coalesce(t - lag(t) OVER (PARTITION BY person, session_id ORDER BY t, id)
                          > 30 * 60 * 1000, true)),
     days AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-01-01', '2026-01-02', INTERVAL 1 DAY))
             AS start),
     points AS (
         SELECT start, count(ts) AS v
         FROM days LEFT JOIN starts ON ts >= start AND ts < start + INTERVAL 1 DAY
         GROUP BY start)
SELECT [{'total': (SELECT count(*) FROM starts WHERE ts >= '2026-01-01' AND ts < '2026-01-03'),
         'data': (SELECT list({'v': v} ORDER BY start) FROM points)}] AS series;
