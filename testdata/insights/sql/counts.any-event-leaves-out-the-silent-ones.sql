-- question: {"kind":"counts","range":{"from":"2026-01-01","to":"2026-01-02"}}
SELECT count(*) AS total
FROM events
WHERE ts >= '2026-01-01' AND ts < '2026-01-02'
  AND event_type NOT IN ('$groupidentify', '$identify', '$create_alias', '$set', '$set_once',
                         '$feature_flag_called');
