-- question: {"kind":"people_of","question":{"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-02"}}}
WITH people AS (
    SELECT DISTINCT person FROM events
    WHERE ts >= '2026-01-01' AND ts < '2026-01-02' AND person IS NOT NULL)
SELECT count(*) AS total, list({'person': person} ORDER BY person) AS persons FROM people;
