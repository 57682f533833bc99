//! Who it is, and what they said.

use super::*;

#[test]
fn the_person_is_the_user_or_else_the_session() {
    let case = Case::new();
    let session = (Field::SessionId, "s1");
    assert_eq!(case.fields(&[session], ""), "distinct_id=s1 session_id=s1");
    let user = (Field::UserId, "u1");
    assert_eq!(case.fields(&[user, session], ""), "user_id=u1 distinct_id=u1 session_id=s1");
    let own = [user, (Field::DistinctId, "d1"), session];
    assert_eq!(case.fields(&own, ""), "user_id=u1 distinct_id=d1 session_id=s1");
    assert_eq!(case.fields(&[], ""), "");
}

fn person(case: &Case, fields: &[(Field, &str)], change: impl FnOnce(&mut Draft<'_>)) -> String {
    let mut draft = with(fields, "");
    change(&mut draft);
    case.run(&mut draft).unwrap();
    draft.fields.get(Field::DistinctId).unwrap_or("-").to_owned()
}

#[test]
fn visitors_of_pages_have_an_id_of_the_day() {
    let mut case = Case::browser();
    let fields = [(Field::SessionId, "s1"), (Field::PageUrl, "https://a.example/")];
    let same = |_: &mut Draft<'_>| {};
    let id = person(&case, &fields, same);
    assert_eq!((id.len(), id.starts_with("$cookieless_")), (12 + 32, true), "{id}");
    assert_eq!(person(&case, &fields, same), id);
    let other = [(Field::PageUrl, "https://b.example/")];
    assert_ne!(person(&case, &other, same), id, "another site is another visitor");
    let agent = |draft: &mut Draft<'_>| draft.user_agent = Some("Firefox/1".into());
    assert_ne!(person(&case, &fields, agent), id);
    let named = [(Field::UserId, "u1"), (Field::SessionId, "s1")];
    assert_eq!(person(&case, &named, same), "u1", "who has an id keeps it");
    let withheld = |draft: &mut Draft<'_>| draft.withheld = Withheld::ALL;
    assert_eq!(person(&case, &fields, withheld), "s1", "nobody is made of what is withheld");

    case.request.received_at = Timestamp(NOW.0 + 86_400_000);
    assert_ne!(person(&case, &fields, same), id, "another day");
    case.settings.capture.cookieless = false;
    assert_eq!(person(&case, &fields, same), "s1");
    case.settings.capture.cookieless = true;
    case.request.rules = &Rules::CANONICAL;
    assert_eq!(person(&case, &fields, same), "s1", "no browser");
}

#[test]
fn who_said_no_is_not_measured() {
    let mut case = Case::new();
    let by = |case: &Case, id: &str| case.fields(&[(Field::DistinctId, id)], "");
    let refused = "the person has not consented to analytics";
    assert_eq!(by(&case, "no@"), refused);
    assert_eq!(by(&case, "yes@"), "distinct_id=yes@");
    assert_eq!(by(&case, "unknown"), "distinct_id=unknown");
    case.settings.capture.consent_required = true;
    assert_eq!(by(&case, "unknown"), refused);
    assert_eq!(by(&case, "yes@"), "distinct_id=yes@");
    assert_eq!(case.fields(&[], ""), refused, "nobody has not consented either");
}

#[test]
fn what_an_event_says_of_consent_holds_from_it_on() {
    let case = Case::new();
    let of = |id: &str, properties: &'static str| with(&[(Field::DistinctId, id)], properties);
    let mut drafts = [
        of("a", "{}"),
        of("a", r#"{"$consent":{"analytics":false,"ads":true}}"#),
        of("a", "{}"),
        of("no@", r#"{"$consent":true}"#),
        of("no@", "{}"),
    ];
    let (results, said) = case.run_all(&mut drafts);
    let taken: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [true, false, false, true, true]);
    let said: Vec<_> =
        said.iter().map(|s| format!("{} {} {}", s.distinct_id, s.purpose, s.granted)).collect();
    assert_eq!(said, ["a analytics false", "a ads true", "no@ analytics true"]);
}

#[test]
fn consent_that_cannot_be_read_is_refused() {
    let case = Case::new();
    let by = |value: &str| {
        let properties = format!(r#"{{"$consent":{value}}}"#);
        case.fields(&[(Field::DistinctId, "a")], &properties)
    };
    let wrong = "$consent must be true, false, or an object of purposes with true or false";
    for value in ["\"yes\"", "1", "[true]", r#"{"analytics":"yes"}"#, r#"{"a":null}"#] {
        assert_eq!(by(value), wrong, "{value}");
    }
    assert_eq!(by("null"), "distinct_id=a");
    let blank = "$consent has a purpose that is not 1 to 64 characters without spaces";
    assert_eq!(by(r#"{"a b":true}"#), blank);
    assert_eq!(by(r#"{"":true}"#), blank);
    let many: Vec<_> = (0..17).map(|n| format!(r#""p{n}":true"#)).collect();
    assert_eq!(by(&format!("{{{}}}", many.join(","))), "$consent has more than 16 keys");
}

#[test]
fn addresses_are_kept_as_the_tenant_wants() {
    let mut case = Case::browser();
    case.request.rules = &Rules::CANONICAL;
    case.request.connection.user_agent = None;
    let mut by = |policy, ip: &str, own: &[(Field, &str)]| {
        case.settings.privacy.ip = policy;
        case.request.connection.ip = Some(ip.parse().unwrap());
        case.fields(own, "")
    };
    assert_eq!(by(IpPolicy::Full, "203.0.113.77", &[]), "ip=203.0.113.77");
    assert_eq!(by(IpPolicy::Full, "::ffff:203.0.113.77", &[]), "ip=203.0.113.77");
    assert_eq!(by(IpPolicy::Truncated, "203.0.113.77", &[]), "ip=203.0.113.0");
    assert_eq!(by(IpPolicy::Truncated, "2001:db8:1:2:3::4", &[]), "ip=2001:db8:1::");
    assert_eq!(by(IpPolicy::None, "203.0.113.77", &[]), "");
    let hashed = by(IpPolicy::Hashed, "203.0.113.77", &[]);
    assert_eq!(hashed.len(), 3 + 32);
    assert_ne!(hashed, by(IpPolicy::Hashed, "203.0.113.78", &[]));
    let own = [(Field::Ip, " 198.51.100.9 ")];
    assert_eq!(by(IpPolicy::Truncated, "203.0.113.77", &own), "ip=198.51.100.0");
    assert_eq!(by(IpPolicy::None, "203.0.113.77", &own), "", "its own neither");
    for nonsense in ["unknown", "1.2.3.4.5", "1.2.3.4:80", "<script>"] {
        assert_eq!(by(IpPolicy::Full, "203.0.113.77", &[(Field::Ip, nonsense)]), "", "{nonsense}");
    }
    let mut withheld = draft();
    withheld.withheld.ip = true;
    Case::browser().run(&mut withheld).unwrap();
    assert_eq!(withheld.fields.get(Field::Ip), None);
}

#[test]
fn who_says_who_they_are_is_the_visitor_of_before() {
    let mut case = Case::browser();
    let page = (Field::PageUrl, "https://a.example/");
    let anonymous = person(&case, &[page], |_| {});
    let named = [(Field::UserId, "u1"), page];
    let device = |case: &Case, event_type: &'static str, fields: &[(Field, &str)]| {
        let mut draft = Draft { event_type: Some(event_type.into()), ..with(fields, "") };
        case.run(&mut draft).unwrap();
        assert_ne!(draft.fields.get(Field::DistinctId), Some(anonymous.as_str()));
        draft.fields.get(Field::DeviceId).map(str::to_owned)
    };
    assert_eq!(device(&case, "$identify", &named), Some(anonymous.clone()));
    assert_eq!(device(&case, "click", &named), None, "not told again with every event");
    let own = [(Field::UserId, "u1"), (Field::DeviceId, "d"), page];
    assert_eq!(device(&case, "$identify", &own).as_deref(), Some("d"));
    case.visitors = Some(false);
    assert_eq!(device(&case, "$identify", &named), None, "the visitor said no");
    case.visitors = None;
    case.settings.capture.consent_required = true;
    let yes = [(Field::UserId, "yes@"), page];
    assert_eq!(device(&case, "$identify", &yes), None, "nothing is known of the visitor");
    case.visitors = Some(true);
    assert_eq!(device(&case, "$identify", &yes), Some(anonymous.clone()));
    case.settings.privacy.link_visitors = false;
    assert_eq!(device(&case, "$identify", &yes), None);
    case.settings.privacy.link_visitors = true;
    case.settings.capture.cookieless = false;
    assert_eq!(device(&case, "$identify", &yes), None);
    case.settings.capture.cookieless = true;
    case.request.rules = &Rules::CANONICAL;
    assert_eq!(device(&case, "$identify", &yes), None, "no browser");
}
