-- question: {"kind":"retention","range":{"from":"2025-12-29","to":"2026-01-05"},"period":"week","periods":1,"start":{"event":"S"},"return":{"event":"R"}}
WITH starts AS (
         SELECT DISTINCT person, date_trunc('week', ts) AS week FROM events
         WHERE event_type = 'S' AND ts >= '2025-12-29' AND ts < '2026-01-05'),
     backs AS (
         SELECT DISTINCT person, date_trunc('week', ts) AS week FROM events WHERE event_type = 'R')
SELECT [{'size': count(*), 'values': [
           {'count': count(*)},
           {'count': count(*) FILTER ((person, week + INTERVAL 7 DAY) IN (FROM backs))}]}]
    AS cohorts
FROM starts;
