-- question: {"kind":"stickiness","range":{"from":"2026-01-01","to":"2026-01-05"}}
WITH days AS (
         SELECT person, count(DISTINCT date_trunc('day', ts)) AS n
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-05' GROUP BY person),
     points AS (
         SELECT periods, count(person) AS persons
         FROM range(1, 5) numbers(periods) LEFT JOIN days ON n = periods GROUP BY periods)
SELECT list({'periods': periods, 'persons': persons} ORDER BY periods) AS data FROM points;
