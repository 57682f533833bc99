-- question: {"kind":"sessions","range":{"from":"2026-01-01","to":"2026-01-11"}}
-- One page view and nothing interactive; an error is not. All of a person is one session here.
WITH sessions AS (
    SELECT person, count(*) FILTER (event_type = 'page_view') = 1
                   AND count(*) FILTER (event_type NOT IN ('page_view', 'error')) = 0 AS bounced
    FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11' GROUP BY person)
SELECT count(*) AS sessions, count(*) FILTER (bounced) AS bounced,
       round(count(*) FILTER (bounced) / count(*), 6) AS bounce_rate
FROM sessions;
