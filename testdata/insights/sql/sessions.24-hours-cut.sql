-- question: {"kind":"sessions","list":9,"range":{"from":"2026-01-01","to":"2026-01-11"}}
-- One event after the other: a session goes on while it is no longer idle than 30 minutes and no
-- older than 24 hours.
WITH RECURSIVE
    ordered AS (
        SELECT *, row_number() OVER (PARTITION BY person, session_id ORDER BY t, id) AS nth
        FROM events),
    walk AS (
        SELECT person, session_id, nth, t, t AS began FROM ordered WHERE nth = 1
        UNION ALL
        SELECT o.person, o.session_id, o.nth, o.t,
               if(o.t - w.t > 30 * 60 * 1000 OR o.t - w.began > 24 * 3600 * 1000, o.t, w.began)
        FROM walk w JOIN ordered o
            ON o.person = w.person AND o.session_id IS NOT DISTINCT FROM w.session_id
            AND o.nth = w.nth + 1),
    sessions AS (
        SELECT began, count(*) AS n, (max(t) - began) / 1000 AS seconds
        FROM walk GROUP BY person, session_id, began)
SELECT count(*) AS sessions, avg(seconds) AS avg_seconds, avg(n) AS events_per_session,
       list({'seconds': seconds, 'events': n} ORDER BY began DESC) AS list
FROM sessions;
