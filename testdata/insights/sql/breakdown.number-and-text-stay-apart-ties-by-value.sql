-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-02"},"breakdown":[{"property":"k"}]}
WITH lines AS (
    SELECT json_type(properties, '$.k') = 'VARCHAR' AS is_text,
           if(is_text, to_json(properties ->> 'k'), to_json((properties ->> 'k')::DOUBLE))
               ::VARCHAR AS value,
           count(*) AS total
    FROM events
    WHERE ts >= '2026-01-01' AND ts < '2026-01-02'
    GROUP BY ALL)
SELECT list({'breakdown': [json_object('value', value::JSON)], 'total': total}
            ORDER BY total DESC, value) AS series
FROM lines;
