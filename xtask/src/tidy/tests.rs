use super::*;

fn messages(path: &str, text: &str) -> Vec<String> {
    check_file(path, text).iter().map(Problem::to_string).collect()
}

#[test]
fn the_repository_is_tidy() {
    let problems = check(&crate::repository()).unwrap();
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}

#[test]
fn long_files_and_functions_are_found() {
    let file = "\n".repeat(501);
    assert_eq!(messages("a.rs", &file), ["a.rs: has 501 lines, the limit is 500: split it"]);
    assert_eq!(messages("a.md", &file), [""; 0]);
    let body = "        x();\n".repeat(70);
    let code =
        format!("impl A {{\n    pub(crate) async fn f<T>(\n{body}    }}\n\n    fn g() {{}}\n}}\n");
    assert_eq!(messages("a.rs", &code), ["a.rs:2: fn f has 72 lines, the limit is 70"]);
}

#[test]
fn unfinished_work_and_workplaces_are_found_anywhere() {
    for (line, found) in [
        (concat!("// TO", "DO later"), true),
        (concat!("see /ro", "ot/x"), true),
        ("all is well", false),
    ] {
        assert_eq!(!messages("docs/a.md", line).is_empty(), found, "{line}");
    }
}

#[test]
fn log_messages_are_lower_case_without_a_full_stop() {
    let check = |line: &str| messages("a.rs", line).len();
    assert_eq!(check(r#"tracing::info!(events = n, "flushed the head");"#), 0);
    assert_eq!(check(r#"tracing::info!("SQLite is old");"#), 0);
    assert_eq!(check(r#"info!(events = n, "Flushed the head");"#), 1);
    assert_eq!(check(r#"warn!("cannot trim the journal.");"#), 1);
    assert_eq!(check(r#"print_info!("Anything.");"#), 0);
}

#[test]
fn a_format_page_says_its_version() {
    assert_eq!(messages("docs/formats/a.md", "# Part\n\nFormat version 1.\n"), [""; 0]);
    assert_eq!(messages("docs/formats/a.md", "# Part\n").len(), 1);
}
