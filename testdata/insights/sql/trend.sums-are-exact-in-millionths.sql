-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-02"},"series":[{"measure":"sum","property":"n"}]}
-- Decimals add without loss in any order.
SELECT [{'total': sum((properties ->> 'n')::DECIMAL(38, 6))}] AS series
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-02';
