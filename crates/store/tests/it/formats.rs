//! Old part files stay readable: a frozen folder of version 1.

use disk::{DataDir, RealFs, SharedFs};
use event::{Field, Micros, Timestamp};
use store::local::{LocalConfig, LocalStore, inspect};
use testkit::store_contract::{ids_of, model::Model, questions, same, sample};

const FROZEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/format/part/v1");

/// What the frozen folder holds: every field once, two tenants, two days.
fn events() -> Vec<event::Event> {
    let event = |n: u128| {
        let of = if n.is_multiple_of(2) { "a" } else { "b" };
        let at = sample::START + n as i64 * 5 * sample::HOUR;
        let mut event = sample::event(of, n, "page_view", at, (n != 3).then_some("someone"));
        let field = Field::ALL[n as usize % Field::ALL.len()];
        if field != Field::DistinctId {
            event.fields.set(field, &format!("{} é", field.as_str()));
        }
        event.received_at = Timestamp(at + 7);
        event.revenue = n.is_multiple_of(4).then_some(Micros(-1 - n as i64));
        event.properties = format!(r#"{{"n":{n}}}"#).into();
        event
    };
    (0..36).map(event).collect()
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn open(dir: &std::path::Path) -> (LocalStore, SharedFs) {
    let fs: SharedFs = std::sync::Arc::new(RealFs);
    let config = LocalConfig { row_group_rows: 5, ..LocalConfig::default() };
    (LocalStore::open(fs.clone(), DataDir::new(dir), config).unwrap().0, fs)
}

#[test]
fn a_folder_of_version_1_opens_and_answers() {
    use store::Store;
    let frozen = std::path::Path::new(FROZEN);
    if std::env::var_os("UPDATE").is_some() && !frozen.exists() {
        let (store, _) = open(frozen);
        sample::apply(&store, &events());
        store.flush().unwrap();
    }
    let temp = tempfile::tempdir().unwrap();
    copy(frozen, temp.path());
    let (store, fs) = open(temp.path());
    let model = Model { events: events() };
    for of in ["a", "b"] {
        assert_eq!(ids_of(&store, of).len(), 18);
        let list = questions::list(questions::always(), 100, insight::Order::Newest);
        same(&store, &model, &insight::Question::Events(list), of);
        let counts = questions::counts(questions::always(), insight::Selector::default());
        same(&store, &model, &counts, of);
    }
    assert!(inspect(&fs, &DataDir::new(temp.path())).is_sound());
    // It goes on from there.
    sample::apply(&store, &[sample::event("a", 99, "x", sample::START, Some("someone"))]);
    store.flush().unwrap();
    assert_eq!(ids_of(&store, "a").len(), 19);
}
