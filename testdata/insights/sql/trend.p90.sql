-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-02"},"series":[{"measure":"p90","property":"n"}]}
SELECT [{'total': round(quantile_cont((properties ->> 'n')::DOUBLE, 0.9), 6)}] AS series
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-02';
