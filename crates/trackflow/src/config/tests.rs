use std::path::PathBuf;

use expect_test::{Expect, expect};

use super::*;

fn sources(
    file: &str,
    variables: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> (tempfile::TempDir, Sources) {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("t.toml");
    std::fs::write(&path, file).unwrap();
    let own = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    };
    (temp, Sources { file: Some(path), variables: own(variables), flags: own(flags) })
}

fn check_refused(
    file: &str,
    variables: &[(&str, &str)],
    flags: &[(&str, &str)],
    expected: &Expect,
) {
    let (temp, sources) = sources(file, variables, flags);
    let message = Config::load(&sources).unwrap_err().to_string();
    expected.assert_eq(&message.replace(&temp.path().display().to_string(), "DIR"));
}

fn listens(file: &str, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> String {
    let (_temp, sources) = sources(file, variables, flags);
    let config = Config::load(&sources).unwrap();
    let texts: Vec<_> = config.http.listen.iter().map(Listen::to_string).collect();
    texts.join(" ")
}

#[test]
fn each_layer_wins_over_the_one_before() {
    let file = "[http]\nlisten = [\":1\", \"127.0.0.1:2\"]";
    let port = ("PORT", "3");
    let variable = ("TRACKFLOW_HTTP_LISTEN", ":4,:5");
    assert_eq!(listens("", &[], &[]), ":20000");
    assert_eq!(listens(file, &[], &[]), ":1 127.0.0.1:2");
    assert_eq!(listens(file, &[port], &[]), ":3");
    assert_eq!(listens(file, &[port, variable], &[]), ":4 :5");
    let flags = [("http.listen", ":6"), ("http.listen", ":7")];
    assert_eq!(listens(file, &[port, variable], &flags), ":6 :7");
}

#[test]
fn all_problems_are_told_at_once_with_what_was_meant() {
    check_refused(
        "top = 1\n[htp]\nlisten = 1\n[http]\nlisen = \":1\"\nconnections_max = 0\nbody_timeout_ms = \"1\"\norigins = [\"example.com\"]\n[log]\nformat = \"xml\"\n[journal]\nsegment_bytes = -1\n",
        &[("TRACKFLOW_STORE_ZSTD_LEVLE", "3"), ("TRACKFLOW_KEY", "fine"), ("PORT", "eighty")],
        &[("limits.nonsense_of_all_sorts", "1"), ("query.concurrent_max", "many")],
        &expect![[r#"
            the configuration has 12 problems:
              DIR/t.toml: [htp] is not a section, did you mean http?
              DIR/t.toml: http.body_timeout_ms is of type string, it must be a whole number
              DIR/t.toml: http.connections_max is 0, it must be 1 to 1000000
              DIR/t.toml: http.lisen is not an option, did you mean http.listen?
              DIR/t.toml: http.origins has "example.com", an origin is like https://app.example.com
              DIR/t.toml: journal.segment_bytes is -1, it must be 4194304 to 1073741824
              DIR/t.toml: log.format is "xml", it must be one of text, json
              DIR/t.toml: top is not an option
              PORT: http.listen is ":eighty", it must be like :20000, 127.0.0.1:20000 or [::1]:20000
              TRACKFLOW_STORE_ZSTD_LEVLE: is not an option, did you mean TRACKFLOW_STORE_ZSTD_LEVEL?
              limits.nonsense_of_all_sorts is not an option
              query.concurrent_max is "many", it must be a whole number"#]],
    );
}

#[test]
fn options_that_do_not_fit_together_are_refused() {
    check_refused(
        "",
        &[("TRACKFLOW_JOURNAL_SEGMENT_BYTES", "8_388_608")],
        &[("ingest.flush_bytes", "268435457"), ("log.filter", "store=loud"), ("data.dir", "")],
        &expect![[r#"
            the configuration has 4 problems:
              data.dir must not be empty
              TRACKFLOW_JOURNAL_SEGMENT_BYTES: journal.segment_bytes is 8388608, less than limits.body_bytes_max (20971520): a large batch would never fit
              ingest.flush_bytes is 268435457, more than store.head_bytes_max (268435456)
              log.filter is "store=loud", which is no filter: error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5"#]],
    );
}

#[test]
fn postgres_is_refused_without_showing_the_address() {
    check_refused(
        "",
        &[("DATABASE_URL", "postgres://u:secret@db/x")],
        &[],
        &expect![[r#"
        the configuration has 1 problem:
          DATABASE_URL: catalog.url is set, but PostgreSQL is not available in this build; unset it to use the catalog in the data folder"#]],
    );
}

#[test]
fn a_file_that_is_named_must_be_there_and_must_be_toml() {
    check_refused(
        "[http\n",
        &[],
        &[],
        &expect![[r#"
        the configuration has 1 problem:
          DIR/t.toml: is not TOML: TOML parse error at line 1, column 6
          |
        1 | [http
          |      ^
        unclosed table, expected `]`"#]],
    );
    let sources = Sources { file: Some(PathBuf::from("no/such.toml")), ..Sources::default() };
    expect![[r#"
        the configuration has 1 problem:
          no/such.toml: cannot be read: No such file or directory (os error 2)"#]]
    .assert_eq(&Config::load(&sources).unwrap_err().to_string());
}

#[test]
fn every_option_has_a_reader_and_a_sentence() {
    let settings = Settings::load(&Sources::default()).unwrap();
    Config::of(&settings).unwrap();
    assert_eq!(settings.unread(), Vec::<&str>::new());
    for setting in table::SETTINGS {
        assert!(setting.doc.ends_with(['.', ')']), "{}", setting.key);
    }
}

#[test]
fn defaults_are_those_of_the_parts() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config.limits, event::Limits::default());
    let server = server::ServerConfig::default();
    assert_eq!(format!("{:?}", config.http.limits), format!("{:?}", server.limits));
    assert_eq!(config.query.timeout, server.query.timeout);
    assert_eq!(config.query.concurrent_max, server.query.concurrent);
    let pump = ::ingest::PumpConfig::default();
    assert_eq!(
        (config.ingest.flush_bytes, config.ingest.flush_age),
        (pump.flush_bytes, pump.flush_age)
    );
    let pipeline = ::ingest::PipelineConfig::default();
    assert_eq!(config.ingest.dedup_window.as_millis() as i64, pipeline.dedup_window_ms);
    assert_eq!(config.journal.bytes_max, pipeline.journal_bytes_max);
    let store = ::store::local::LocalConfig::default();
    assert_eq!(config.store.head_bytes_max, store.head_bytes_max);
    assert_eq!(config.store.zstd_level, store.zstd_level);
    assert_eq!(config.store.retention, pipeline.retention);
    assert_eq!(config.store.column_bytes_max, store.column_bytes_max);
    assert_eq!(config.query.bytes_max, store.question_bytes_max);
    let journal = ::journal::file::FileJournalConfig::new(std::sync::Arc::new(|| 0));
    assert_eq!(config.journal.segment_bytes, journal.segment_bytes);
    assert_eq!(config.journal.queue_bytes_max, journal.queue_bytes);
}

#[test]
fn what_is_printed_can_be_read_again_and_hides_secrets() {
    let (_temp, sources) = sources("[store]\nzstd_level = 9", &[("PORT", "80")], &[]);
    let text = resolved(&Settings::load(&sources).unwrap());
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(line("zstd_level = 9").ends_with("t.toml"));
    assert!(line("listen = [\":80\"]").ends_with("# PORT"));
    let (_temp, again) = self::sources(&text, &[], &[]);
    assert_eq!(Config::load(&again).unwrap().store.zstd_level, 9);

    let (_temp, sources) = self::sources("", &[("DATABASE_URL", "postgres://u:hidden@db/x")], &[]);
    let text = resolved(&Settings::load(&sources).unwrap());
    assert!(text.contains("url = \"****\"") && !text.contains("hidden"), "{text}");
}

#[test]
fn the_reference_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/config.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, reference()).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(page == reference(), "docs/config.md is old: run UPDATE=1 cargo test -p trackflow");
}

#[test]
fn a_tracker_path_is_one_of_your_own() {
    let (_temp, sources) = sources("[capture]\ntracker_path = \"/px/collect/\"", &[], &[]);
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.capture.tracker_path.as_deref(), Some("/px/collect"));
    let refused = |path: &str, why: &str| {
        let message = format!(
            "the configuration has 1 problem:\n  TRACKFLOW_CAPTURE_TRACKER_PATH: \
             capture.tracker_path is {path:?}, {why}"
        );
        let (_temp, sources) = self::sources("", &[("TRACKFLOW_CAPTURE_TRACKER_PATH", path)], &[]);
        assert_eq!(Config::load(&sources).unwrap_err().to_string(), message);
    };
    for path in ["collect", "/", "/a{b}", "/a//b"] {
        refused(path, "it must be a path like /collect, of letters, digits and . _ ~ - /");
    }
    for path in ["/healthz/", "/api/v1/privacy/erasures/7"] {
        refused(path, "which is a path of something else");
    }
}
