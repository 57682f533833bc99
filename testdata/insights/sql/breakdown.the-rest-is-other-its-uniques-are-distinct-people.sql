-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-02"},"series":[{"measure":"unique_persons"}],"breakdown":[{"property":"plan"}],"breakdown_limit":1}
-- First the largest value, then the distinct people of all rows that have another or none.
WITH asked AS (
         SELECT person, (properties -> 'plan')::VARCHAR AS plan
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-02'),
     largest AS (
         SELECT plan FROM asked GROUP BY plan ORDER BY count(DISTINCT person) DESC, plan LIMIT 1),
     lines AS (
         SELECT asked.plan IS NOT DISTINCT FROM largest.plan AS shown,
                if(shown, json_object('value', any_value(asked.plan)::JSON),
                   json_object('kind', 'other')) AS value,
                count(DISTINCT person) AS total
         FROM asked, largest GROUP BY shown)
SELECT list({'breakdown': [value], 'total': total} ORDER BY shown DESC) AS series FROM lines;
