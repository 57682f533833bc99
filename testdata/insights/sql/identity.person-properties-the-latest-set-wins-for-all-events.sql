-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-02"},"filter":{"person":"plan","op":"is","value":"pro"}}
WITH plans AS (
    SELECT person, arg_max(properties -> '$."$set"' ->> 'plan', (t, id)) AS plan
    FROM events
    WHERE (properties -> '$."$set"' ->> 'plan') IS NOT NULL
    GROUP BY person)
SELECT count(*) AS total, count(DISTINCT person) AS unique_persons
FROM events JOIN plans USING (person)
WHERE ts >= '2026-01-01' AND ts < '2026-01-02' AND event_type <> '$set' AND plan = 'pro';
