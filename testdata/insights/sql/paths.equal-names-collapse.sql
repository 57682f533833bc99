-- question: {"kind":"paths","range":{"from":"2026-01-01","to":"2026-01-11"}}
-- Sessions, in them the events whose name is not that of the one before, numbered. Nodes are the
-- ends of the edges that are shown: the session with nothing but c is a path without a node.
WITH gaps AS (
         SELECT *, coalesce(t - lag(t) OVER (PARTITION BY person, session_id ORDER BY t, id)
                            > 30 * 60 * 1000, true) AS begins
         FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-11'),
     numbered AS (
         SELECT *, sum(begins::INTEGER) OVER (PARTITION BY person, session_id ORDER BY t, id) AS nth
         FROM gaps),
     collapsed AS (
         SELECT person, session_id, nth, t, id, event_type AS name FROM numbered
         WINDOW s AS (PARTITION BY person, session_id, nth ORDER BY t, id)
         QUALIFY lag(event_type) OVER s IS DISTINCT FROM event_type),
     steps AS (
         SELECT *, row_number() OVER s AS depth, lead(name) OVER s AS next,
                (lead(t) OVER s - t) / 1000 AS seconds
         FROM collapsed
         WINDOW s AS (PARTITION BY person, session_id, nth ORDER BY t, id)
         QUALIFY depth <= 10),
     edges AS (
         SELECT depth, name, next, count(*) AS n, round(avg(seconds), 3) AS seconds
         FROM steps WHERE next IS NOT NULL AND depth < 10 GROUP BY depth, name, next),
     shown AS (FROM edges ORDER BY n DESC, depth, name, next LIMIT 50),
     nodes AS (
         SELECT depth, name, count(*) AS count FROM steps
         WHERE (depth, name) IN (SELECT (depth, name) FROM shown
                                 UNION SELECT (depth + 1, next) FROM shown)
         GROUP BY depth, name)
SELECT (SELECT count(*) FROM steps WHERE depth = 1) AS paths,
       (SELECT list(nodes ORDER BY depth, count DESC, name) FROM nodes) AS nodes,
       (SELECT list({'from': {'depth': depth, 'name': name},
                     'to': {'depth': depth + 1, 'name': next}, 'count': n, 'avg_seconds': seconds}
                    ORDER BY n DESC, depth, name, next) FROM shown) AS edges,
       (SELECT greatest(count(*) - 50, 0) FROM edges) AS dropped_edges;
