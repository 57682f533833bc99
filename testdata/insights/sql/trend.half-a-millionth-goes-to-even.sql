-- question: {"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-02"},"series":[{"measure":"sum","property":"n"}]}
SELECT [{'total': sum(round_even((properties ->> 'n')::DOUBLE * 1e6, 0)::HUGEINT) / 1e6}]
    AS series
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-02';
