-- question: {"kind":"revenue","range":{"from":"2026-01-01","to":"2026-01-03"},"interval":"day"}
WITH orders AS (
         FROM events
         WHERE event_type IN ('purchase', 'order_completed', 'Order Completed')
           AND revenue IS NOT NULL AND ts >= '2026-01-01' AND ts < '2026-01-03'),
     points AS (
         SELECT currency, start, coalesce(sum(revenue) FILTER (date_trunc('day', ts) = start), 0)
             AS v
         FROM orders, unnest([TIMESTAMPTZ '2026-01-01', TIMESTAMPTZ '2026-01-02']) days(start)
         GROUP BY currency, start),
     currencies AS (
         SELECT currency, sum(v) AS sum, list({'v': v} ORDER BY start) AS data
         FROM points GROUP BY currency)
SELECT list({'sum': sum, 'data': data} ORDER BY sum DESC, currency) AS currencies FROM currencies;
