-- question: {"kind":"web","range":{"from":"2026-01-01","to":"2026-01-02"}}
SELECT count(DISTINCT person) AS live_visitors
FROM events
WHERE ts >= getvariable('now') - INTERVAL 5 MINUTE AND ts <= getvariable('now');
