-- question: {"kind":"sessions","range":{"from":"2026-01-01","to":"2026-01-03"},"interval":"day","list":1}
WITH gaps AS (
         SELECT *, coalesce(t - lag(t) OVER (PARTITION BY person, session_id ORDER BY t, id)
                            > 30 * 60 * 1000, true) AS begins
         FROM events),
     numbered AS (
         SELECT *, sum(begins::INTEGER) OVER (PARTITION BY person, session_id ORDER BY t, id) AS nth
         FROM gaps),
     sessions AS (
         SELECT person, min(ts) AS began, count(*) AS events, (max(t) - min(t)) / 1000 AS seconds,
                count(*) FILTER (event_type = 'page_view') AS views,
                arg_min(page_path, (t, id)) AS entry_page, arg_max(page_path, (t, id)) AS exit_page,
                views = 1 AND events = 1 AS bounced
         FROM numbered GROUP BY person, session_id, nth
         HAVING began >= '2026-01-01' AND began < '2026-01-03'),
     points AS (
         SELECT start, count(began) AS n
         FROM (SELECT unnest([TIMESTAMPTZ '2026-01-01', TIMESTAMPTZ '2026-01-02']) AS start)
             LEFT JOIN sessions ON date_trunc('day', began) = start
         GROUP BY start)
SELECT (SELECT count(*) FROM sessions) AS sessions,
       (SELECT list({'sessions': n} ORDER BY start) FROM points) AS data,
       (SELECT list(s ORDER BY began DESC) FROM (FROM sessions ORDER BY began DESC LIMIT 1) s)
           AS list;
