-- question: {"kind":"cohort","cohort":{"person":"plan","op":"is","value":"pro"}}
WITH plans AS (
    SELECT person, arg_max(properties -> '$."$set"' ->> 'plan', (t, id)) AS plan
    FROM events WHERE (properties -> '$."$set"' ->> 'plan') IS NOT NULL GROUP BY person)
SELECT count(*) AS size FROM plans WHERE plan = 'pro';
