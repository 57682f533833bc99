//! The page for people.

use super::table::{Row, Table};

const HEAD: &str = "# Refusals

What each dialect answers to requests that are wrong, or look like it. This page is made from
`testdata/wire/abuse.json`, which a test sends to every dialect
(`UPDATE=1 cargo test -p server --test it abuse` rewrites the page). `*` stands for any text: ids,
mostly. Dialects a case does not apply to are left out. The codes are those of [errors](errors.md).
";

/// The whole page.
pub fn of(table: &Table) -> String {
    let mut page = HEAD.to_owned();
    for case in &table.cases {
        page.push_str(&format!("\n## {}\n\n{}\n\n", capital(&case.case), case.why));
        page.push_str("| dialect | status | answer | events |\n| --- | --- | --- | --- |\n");
        for dialect in &table.dialects {
            for row in case.rows.iter().filter(|row| row.dialect == dialect.name) {
                let answer = row.answer.replace('|', "\\|").replace('\n', " ");
                let answer =
                    if answer.is_empty() { "(empty)".into() } else { format!("`{answer}`") };
                let line = [&dialect.title, &row.status.to_string(), &answer, &became(row)];
                page.push_str(&format!("| {} |\n", line.map(String::as_str).join(" | ")));
            }
        }
    }
    page
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What became of the events.
fn became(row: &Row) -> String {
    let counts = [(row.stored, "stored"), (row.duplicate, "duplicate"), (row.rejected, "rejected")];
    let some: Vec<String> =
        counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if some.is_empty() { "none taken".to_owned() } else { some.join(", ") }
}
