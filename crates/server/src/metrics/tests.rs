use super::*;

#[test]
fn the_page_of_metrics_is_the_table() {
    let page = include_str!("../../../../docs/metrics.md");
    let rows: Vec<String> = METRICS
        .iter()
        .map(|info| {
            let labels: Vec<_> = info.labels.iter().map(|label| format!("`{label}`")).collect();
            format!("| `{}` | {} | {} | {} |", info.name, info.kind, labels.join(", "), info.help)
        })
        .collect();
    let found: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(found, rows, "docs/metrics.md should have exactly:\n{}", rows.join("\n"));
}

#[test]
fn requests_are_counted_by_route_and_class() {
    let metrics = Metrics::new();
    let routes = metrics.of_routes(["/a", "/b"].into_iter());
    routes.record(Some(1), StatusCode::CREATED, Duration::from_millis(3));
    routes.record(None, StatusCode::NOT_FOUND, Duration::ZERO);
    let text = metrics.handle.render();
    let has = |line: &str| assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
    has("trackflow_http_requests_total{route=\"/b\",status=\"2xx\"} 1");
    has("trackflow_http_requests_total{route=\"other\",status=\"4xx\"} 1");
    has("trackflow_http_request_seconds_bucket{route=\"/b\",status=\"2xx\",le=\"0.0025\"} 0");
    has("trackflow_http_request_seconds_bucket{route=\"/b\",status=\"2xx\",le=\"0.005\"} 1");
}
