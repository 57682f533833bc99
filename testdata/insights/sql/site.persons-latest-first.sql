-- question: {"kind":"persons","range":{"from":"2026-01-01","to":"2026-01-11"}}
WITH people AS (
    SELECT person, count(*) AS events, max(t) AS last,
           strftime(min(ts), '%Y-%m-%dT%H:%M:%S.%gZ') AS first_seen
    FROM events
    WHERE person IS NOT NULL AND ts >= '2026-01-01' AND ts < '2026-01-11'
    GROUP BY person)
SELECT count(*) AS total,
       list({'person': person, 'events': events, 'first_seen': first_seen}
            ORDER BY last DESC, person) AS persons,
       NULL AS next_cursor
FROM people;
