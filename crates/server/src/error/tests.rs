use super::*;

#[test]
fn every_code_has_one_row_in_the_order_of_the_vocabulary() {
    let rows: Vec<Code> = CODES.iter().map(|info| info.code).collect();
    assert_eq!(rows, Code::ALL);
}

#[test]
fn what_may_be_tried_again_is_a_429_or_5xx() {
    for info in CODES {
        assert_eq!(info.retry, info.status == 429 || info.status >= 500, "{:?}", info.code);
    }
}

#[test]
fn the_page_of_errors_is_the_table() {
    let page = include_str!("../../../../docs/errors.md");
    let rows: Vec<String> = CODES
        .iter()
        .map(|info| {
            let retry = if info.retry { "yes" } else { "no" };
            format!("| `{}` | {} | {retry} | {} |", info.code.as_str(), info.status, info.meaning)
        })
        .collect();
    let found: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(found, rows, "docs/errors.md should have exactly:\n{}", rows.join("\n"));
}
