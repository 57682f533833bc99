//! Tables in Markdown, aligned for a terminal as well.

/// Rows of equal length; the first is the head.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |c: usize| rows.iter().map(|row| row[c].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            let pad = widths[column] - cell.chars().count();
            let (left, right) = if column == 0 { (0, pad) } else { (pad, 0) };
            text += &format!("| {}{cell}{} ", " ".repeat(left), " ".repeat(right));
        }
        text += "|\n";
        if number == 0 {
            let line: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
            text += &format!("| {} |\n", line.join(" | "));
        }
    }
    text
}

/// The middle value.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
