-- question: {"kind":"revenue","range":{"from":"2026-01-01","to":"2026-01-11"}}
WITH currencies AS (
    SELECT currency, sum(revenue) AS sum, count(*) AS orders, count(DISTINCT person) AS persons,
           round(sum(revenue)::DOUBLE / count(*), 6) AS average_order,
           round(sum(revenue)::DOUBLE / count(DISTINCT person), 6) AS per_person
    FROM events
    WHERE event_type IN ('purchase', 'order_completed', 'Order Completed')
      AND revenue IS NOT NULL AND ts >= '2026-01-01' AND ts < '2026-01-11'
    GROUP BY currency)
SELECT list(currencies ORDER BY sum DESC, currency) AS currencies FROM currencies;
