-- question: {"kind":"cohort","range":{"from":"2026-01-01","to":"2026-01-02"},"periods":2}
-- First seen by events that are not silent; then active on the day itself, the next and the third.
WITH active AS (
         SELECT DISTINCT person, date_trunc('day', ts) AS day
         FROM events WHERE event_type <> '$set'),
     cohort AS (SELECT person FROM active GROUP BY person HAVING min(day) = '2026-01-01'),
     cells AS (
         SELECT period, count(person) AS persons,
                round(count(person) / (SELECT count(*) FROM cohort), 6) AS rate
         FROM range(0, 3) numbers(period)
             LEFT JOIN (FROM active WHERE person IN (FROM cohort))
             ON day = TIMESTAMPTZ '2026-01-01' + to_days(period::INTEGER)
         GROUP BY period)
SELECT 'day' AS period,
       [{'cohort': iso(TIMESTAMPTZ '2026-01-01'), 'size': (SELECT count(*) FROM cohort),
         'activity': (SELECT list({'persons': persons, 'rate': rate} ORDER BY period)
                      FROM cells)}] AS cohorts;
