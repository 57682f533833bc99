use event::{Dialect, Reason};

use super::{entry::PAYLOAD_BYTES_MAX, *};

const NOW: Timestamp = Timestamp(1_790_857_800_000);

fn tenant(name: &str) -> TenantId {
    TenantId::new(name).unwrap()
}

fn note(name: &str, raw: &str) -> Note {
    Note::new(&tenant(name), NOW, Dialect::Simple, &Reason::missing("event_type"), raw)
}

fn all(count: usize) -> Listing {
    Listing { count, ..Listing::default() }
}

#[test]
fn entries_come_back_newest_first_and_only_to_their_tenant() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rejected.db");
    let log = RejectedLog::open(&path, RejectedConfig::default()).unwrap();
    assert!(log.note(note("a", r#"{"n":1}"#)));
    assert!(!log.note(note("a", r#"{"n":2}"#)), "the first asked for it already");
    log.note(note("b", r#"{"n":3}"#));
    drop(log.list(&tenant("a"), &all(10)).unwrap());
    drop(log);
    let log = RejectedLog::open(&path, RejectedConfig::default()).unwrap();
    let entries = log.list(&tenant("a"), &all(10)).unwrap();
    let payloads: Vec<_> = entries.iter().map(|e| e.note.payload.as_deref().unwrap()).collect();
    assert_eq!(payloads, [r#"{"n":2}"#, r#"{"n":1}"#]);
    assert_eq!(entries[0].note.field.as_deref(), Some("event_type"));
    let older = Listing { before: Some(entries[0].number), ..all(10) };
    assert_eq!(log.list(&tenant("a"), &older).unwrap(), entries[1..]);
    assert!(log.entry(&tenant("b"), entries[0].number).unwrap().is_none());

    log.replayed(&tenant("a"), entries[0].number, NOW).unwrap();
    let unplayed = Listing { unplayed: true, ..all(10) };
    assert_eq!(log.list(&tenant("a"), &unplayed).unwrap(), entries[1..]);
    let other = Listing { code: Some("bot".into()), ..all(10) };
    assert!(log.list(&tenant("a"), &other).unwrap().is_empty());
}

#[test]
fn the_oldest_go_when_there_are_too_many_entries_or_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let config = RejectedConfig {
        entries_max: 100,
        bytes_max: 50_000,
        waiting_max: 1_000,
        ..RejectedConfig::default()
    };
    let log = RejectedLog::open(&folder.path().join("rejected.db"), config).unwrap();
    for n in 0..300 {
        log.note(note("a", &n.to_string()));
    }
    log.note(note("b", "kept"));
    let left = log.list(&tenant("a"), &all(1_000)).unwrap();
    assert!((37..=100).contains(&left.len()), "{}", left.len());
    assert_eq!(left[0].note.payload.as_deref(), Some("299"));
    assert_eq!(log.count(&tenant("b")).unwrap(), 1);
    for _ in 0..10 {
        log.note(note("a", &"x".repeat(10_000)));
    }
    let held = log.list(&tenant("a"), &all(1_000)).unwrap();
    let bytes: usize = held.iter().map(|e| e.note.payload.as_ref().unwrap().len()).sum();
    assert!(bytes <= 50_000, "{bytes}");
}

#[test]
fn a_flood_is_counted_and_a_long_payload_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let config = RejectedConfig { waiting_max: 2, ..RejectedConfig::default() };
    let log = RejectedLog::open(&folder.path().join("rejected.db"), config).unwrap();
    for _ in 0..5 {
        log.note(note("a", &"é".repeat(PAYLOAD_BYTES_MAX)));
    }
    assert_eq!(log.unlogged(), 3);
    let entries = log.list(&tenant("a"), &all(10)).unwrap();
    assert_eq!(entries.len(), 2);
    assert!(entries[0].note.is_cut);
    assert!(entries[0].note.payload.as_ref().unwrap().len() <= PAYLOAD_BYTES_MAX);
}

#[test]
fn payloads_that_wait_are_bounded_and_their_entries_stay() {
    let folder = tempfile::tempdir().unwrap();
    let config = RejectedConfig { waiting_bytes_max: 25, ..RejectedConfig::default() };
    let log = RejectedLog::open(&folder.path().join("rejected.db"), config).unwrap();
    for _ in 0..2 {
        for _ in 0..4 {
            log.note(note("a", "0123456789"));
        }
        log.settle().unwrap();
    }
    let entries = log.list(&tenant("a"), &all(10)).unwrap();
    let kept = entries.iter().filter(|entry| entry.note.payload.is_some()).count();
    assert_eq!((entries.len(), kept), (8, 4), "what waits is counted anew after it is written");
}

#[test]
fn who_did_not_consent_leaves_no_payload_and_who_is_erased_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let log = RejectedLog::open(&folder.path().join("rejected.db"), RejectedConfig::default());
    let log = log.unwrap();
    let reason = Reason::NoConsent { purpose: "analytics".into() };
    log.note(Note::new(&tenant("a"), NOW, Dialect::Simple, &reason, r#"{"user_id":"secret-1"}"#));
    log.note(note("a", r#"{"user_id":"secret-person"}"#));
    log.note(note("a", r#"{"user_id":"somebody"}"#));
    log.note(note("b", r#"{"user_id":"secret-person"}"#));
    assert_eq!(log.erase(7, &tenant("a"), &["secret-person".to_owned()]).unwrap(), 1);
    assert_eq!(log.erase(7, &tenant("a"), &["secret-person".to_owned()]).unwrap(), 1, "as before");
    assert_eq!(log.count(&tenant("a")).unwrap(), 2);
    assert_eq!(log.count(&tenant("b")).unwrap(), 1);
    log.remove_tenant(&tenant("b")).unwrap();
    drop(log);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let found = bytes.windows(6).any(|window| window == b"secret");
        assert!(!found);
    }
}

#[test]
fn who_did_it_is_kept_with_the_payload_and_erased_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rejected.db");
    let log = RejectedLog::open(&path, RejectedConfig::default()).unwrap();
    let actor = |id: &str| Some(format!(r#"{{"id":"{id}"}}"#));
    log.note(note("a", r#"{"n":1}"#).done_by(actor("secret-person")));
    log.note(note("a", r#"{"n":2}"#).done_by(actor("other")));
    log.note(note("a", r#"{"n":3}"#).done_by(actor(&"x".repeat(5_000))));
    let reason = Reason::NoConsent { purpose: "analytics".into() };
    let refused = Note::new(&tenant("a"), NOW, Dialect::Trpc, &reason, r#"{"n":4}"#);
    log.note(refused.done_by(actor("secret-person")));
    let told = |entry: &Entry| (entry.note.actor.clone(), entry.note.is_cut);
    let entries = log.list(&tenant("a"), &all(10)).unwrap();
    let kept: Vec<_> = entries.iter().map(told).collect();
    let expected =
        [(None, false), (None, true), (actor("other"), false), (actor("secret-person"), false)];
    assert_eq!(kept, expected);
    assert_eq!(log.erase(1, &tenant("a"), &["secret-person".to_owned()]).unwrap(), 1);
    assert_eq!(log.count(&tenant("a")).unwrap(), 3);
}

#[test]
fn a_log_of_version_1_is_read_and_goes_on() {
    const FROZEN: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/format/rejected/v1/rejected.db");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rejected.db");
    std::fs::copy(FROZEN, &path).unwrap();
    let log = RejectedLog::open(&path, RejectedConfig::default()).unwrap();
    let default = TenantId::default_tenant();
    let entries = log.list(&default, &all(10)).unwrap();
    let told: Vec<_> = entries.iter().map(|e| (e.note.code.as_str(), &e.note.actor)).collect();
    assert_eq!(told, [("invalid_value", &None), ("missing_field", &None)]);
    assert_eq!(entries[1].note.payload.as_deref(), Some(r#"{"user_id":"user123"}"#));
    let new = Note { tenant: default.clone(), ..note("a", "{}") };
    log.note(new.done_by(Some("{}".into())));
    log.settle().unwrap();
    drop(log);
    let log = RejectedLog::open(&path, RejectedConfig::default()).unwrap();
    assert_eq!(log.list(&default, &all(10)).unwrap()[0].note.actor.as_deref(), Some("{}"));
    drop(log);
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 3).unwrap();
    drop(newer);
    let refused = RejectedLog::open(&path, RejectedConfig::default()).unwrap_err();
    assert!(refused.to_string().contains("has version 3, this program reads up to 2"), "{refused}");
}
