-- question: {"kind":"web","range":{"from":"2026-01-01","to":"2026-01-02"}}
-- Nobody here has a gap or a session id, so all events of a person are one session; a session with
-- a view is a visit. The now of the case is weeks later, so nobody is live.
WITH asked AS (FROM events WHERE ts >= '2026-01-01' AND ts < '2026-01-02'),
     views AS (FROM asked WHERE event_type = 'page_view'),
     visits AS (
         SELECT person, (max(t) - min(t)) / 1000 AS seconds,
                count(*) FILTER (event_type = 'page_view') AS views,
                views = 1 AND count(*) = 1 AS bounced,
                arg_min(page_path, (t, id)) AS entry, arg_max(page_path, (t, id)) AS exit,
                coalesce(arg_min(referrer_source, (t, id)), 'direct') AS source
         FROM asked GROUP BY person HAVING views > 0),
     pages AS (
         SELECT page_path AS value, count(DISTINCT person) AS visitors, count(*) AS views
         FROM views GROUP BY value),
     countries AS (
         SELECT country, count(DISTINCT person) AS visitors, count(*) AS views
         FROM views GROUP BY country),
     entries AS (SELECT entry AS value, count(*) AS visits FROM visits GROUP BY value),
     exits AS (SELECT exit AS value, count(*) AS visits FROM visits GROUP BY value),
     sources AS (SELECT source AS value, count(*) AS visits FROM visits GROUP BY value)
SELECT (SELECT count(DISTINCT person) FROM views) AS visitors,
       (SELECT count(*) FROM visits) AS visits,
       (SELECT count(*) FROM views) AS views,
       (SELECT round(count(*) FILTER (bounced) / count(*), 6) FROM visits) AS bounce_rate,
       (SELECT round(avg(seconds), 3) FROM visits) AS avg_seconds,
       (SELECT count(DISTINCT person) FROM events
        WHERE ts >= getvariable('now') - INTERVAL 5 MINUTE AND ts <= getvariable('now'))
           AS live_visitors,
       (SELECT list(pages ORDER BY visitors DESC, value) FROM pages) AS pages,
       (SELECT list(if(country IS NULL,
                       json_object('kind', 'none', 'visitors', visitors, 'views', views),
                       json_object('value', country, 'visitors', visitors, 'views', views))
                    ORDER BY visitors DESC, views DESC) FROM countries) AS countries,
       (SELECT list(entries ORDER BY visits DESC, value) FROM entries) AS entry_pages,
       (SELECT list(exits ORDER BY visits DESC, value) FROM exits) AS exit_pages,
       (SELECT list(sources ORDER BY visits DESC, value) FROM sources) AS sources;
