-- question: {"kind":"lifecycle","range":{"from":"2026-01-02","to":"2026-01-05"}}
-- Per day of the range and person: active on it, active the day before, first day ever.
WITH active AS (SELECT DISTINCT person, date_trunc('day', ts) AS day FROM events),
     first AS (SELECT person, min(day) AS day FROM active GROUP BY person),
     days AS (
         SELECT unnest(generate_series(TIMESTAMPTZ '2026-01-02', '2026-01-04', INTERVAL 1 DAY))
             AS day),
     states AS (
         SELECT days.day, first.day = days.day AS is_new,
                (person, days.day) IN (FROM active) AS now,
                (person, days.day - INTERVAL 1 DAY) IN (FROM active) AS before
         FROM days, first),
     points AS (
         SELECT day, count(*) FILTER (now AND is_new) AS new,
                count(*) FILTER (now AND NOT is_new AND before) AS returning_,
                count(*) FILTER (now AND NOT is_new AND NOT before) AS resurrecting,
                -count(*) FILTER (before AND NOT now) AS dormant
         FROM states GROUP BY day)
SELECT list({'new': new, 'returning': returning_, 'resurrecting': resurrecting, 'dormant': dormant}
            ORDER BY day) AS data
FROM points;
