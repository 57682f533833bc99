-- question: {"kind":"people_of","question":{"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-11"},"steps":[{"event":"A"},{"event":"B"}],"window_seconds":3600},"at":{"step":1,"dropped":true}}
WITH did AS (
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11' AND person IS NOT NULL),
     people AS (
         SELECT a.person FROM did a WHERE a.event_type = 'A'
         EXCEPT
         SELECT a.person FROM did a JOIN did b USING (person)
         WHERE a.event_type = 'A' AND b.event_type = 'B' AND (b.t, b.id) > (a.t, a.id)
           AND b.t - a.t <= 3600 * 1000)
SELECT count(*) AS total, list({'person': person} ORDER BY person) AS persons FROM people;
