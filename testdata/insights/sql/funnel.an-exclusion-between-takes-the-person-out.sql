-- question: {"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"B"}],"window_seconds":3600,"exclusions":[{"event":"X","from":1,"to":2}]}
-- Per attempt: its B, if any, and whether an X lies behind A and before that B (or the window's
-- end). Clean attempts count as far as they come, unless a void one comes further.
WITH did AS (FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11'),
     attempts AS (
         SELECT a.person, a.t, a.id, min((b.t, b.id)) FILTER (b.id IS NOT NULL) AS b
         FROM did a LEFT JOIN did b
             ON b.person = a.person AND b.event_type = 'B' AND (b.t, b.id) > (a.t, a.id)
             AND b.t - a.t <= 3600 * 1000
         WHERE a.event_type = 'A' GROUP BY a.person, a.t, a.id),
     judged AS (
         SELECT person, if(b IS NULL, 1, 2) AS reached,
                EXISTS (FROM did x
                        WHERE x.person = attempts.person AND x.event_type = 'X'
                          AND (x.t, x.id) > (attempts.t, attempts.id)
                          AND x.t - attempts.t <= 3600 * 1000
                          AND (b IS NULL OR (x.t, x.id) < b)) AS void
         FROM attempts),
     people AS (
         SELECT person, max(reached) AS furthest, max(reached) FILTER (NOT void) AS clean
         FROM judged GROUP BY person)
SELECT [{'count': count(*) FILTER (clean = furthest)},
        {'count': count(*) FILTER (clean = furthest AND clean = 2)}] AS steps
FROM people;
