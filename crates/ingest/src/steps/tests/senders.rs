//! With what it was sent, and from which page.

use super::*;

fn sent_by(case: &mut Case, agent: &str) -> Result<bool, String> {
    case.request.connection.user_agent = Some(agent.into());
    let mut draft = draft();
    let result = case.run(&mut draft).map_err(|reason| reason.to_string());
    result.map(|_| draft.marks.contains(Marks::BOT_SUSPECT))
}

#[test]
fn crawlers_are_refused_where_browsers_send() {
    let bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    let mut case = Case::browser();
    let refused = Err("the sender is a known crawler: Googlebot".to_owned());
    assert_eq!(sent_by(&mut case, bot), refused);
    assert_eq!(sent_by(&mut case, CHROME), Ok(false));
    assert_eq!(sent_by(&mut case, "curl/8.5.0"), Ok(true));
    assert_eq!(sent_by(&mut case, "HeadlessChrome/120.0"), Ok(true));
    case.settings.capture.bots = BotPolicy::Mark;
    assert_eq!(sent_by(&mut case, bot), Ok(true));
    case.settings.capture.bots = BotPolicy::Take;
    assert_eq!(sent_by(&mut case, bot), Ok(false));
    assert_eq!(sent_by(&mut case, "curl/8.5.0"), Ok(false));
    case.settings.capture.bots = BotPolicy::Refuse;
    case.request.rules = &Rules::CANONICAL;
    assert_eq!(sent_by(&mut case, bot), refused, "a page sent it");
    assert_eq!(sent_by(&mut case, "HeadlessChrome/120.0"), Ok(true));
    case.request.connection.is_page = false;
    assert_eq!(sent_by(&mut case, bot), Ok(false), "servers may send with what they want");
    assert_eq!(sent_by(&mut case, "curl/8.5.0"), Ok(false));
}

#[test]
fn the_library_tells_whether_a_browser_sends() {
    static BY_LIBRARY: Rules = Rules { pages: Pages::ByLibrary, ..Rules::CANONICAL };
    let mut case = Case::browser();
    case.request.rules = &BY_LIBRARY;
    let mut is_refused = |source: Option<Source>, is_page: bool| {
        case.request.connection.is_page = is_page;
        let agent = Some("Googlebot/2.1".into());
        case.run(&mut Draft { user_agent: agent, source, ..draft() }).is_err()
    };
    assert!(is_refused(Some(Source::Web), false));
    assert!(is_refused(None, true));
    assert!(!is_refused(None, false));
    assert!(!is_refused(Some(Source::Server), true));
    assert!(!is_refused(Some(Source::Mobile), true));
}

#[test]
fn the_user_agent_of_the_event_goes_before_that_of_the_connection() {
    let case = Case::browser();
    let mut own = Draft { user_agent: Some("Googlebot/2.1".into()), ..draft() };
    assert!(case.run(&mut own).is_err());
    let mut own = Draft { user_agent: Some("Firefox/9.0".into()), ..draft() };
    case.run(&mut own).unwrap();
    assert_eq!(own.fields.get(Field::Browser), Some("Firefox"));
    let mut withheld = Draft { withheld: Withheld::ALL, ..draft() };
    case.run(&mut withheld).unwrap();
    assert_eq!(listed(&withheld), "");
}

#[test]
fn what_the_event_names_is_kept() {
    let mut case = Case::browser();
    case.request.rules = &Rules::CANONICAL;
    case.request.connection.ip = None;
    let all = "os=Windows os_version=10 browser=Chrome browser_version=141 device_type=desktop";
    assert_eq!(case.fields(&[], ""), all);
    let own = [(Field::Os, "windows"), (Field::Browser, "Firefox"), (Field::DeviceType, "kiosk")];
    assert_eq!(
        case.fields(&own, ""),
        "os=windows os_version=10 browser=Firefox device_type=kiosk",
        "a version is that of its name"
    );
}

#[test]
fn pages_are_taken_apart() {
    let case = Case::new();
    let url = "https://Shop.example/a?utm_source=x&utm_medium=cpc&utm_campaign=a%20b#top";
    assert_eq!(
        case.fields(&[(Field::PageUrl, url), (Field::UtmSource, "own")], ""),
        format!(
            "page_url={url} page_path=/a page_host=shop.example referrer_source=paid \
             utm_source=own utm_medium=cpc utm_campaign=a b"
        )
    );
    let from =
        [(Field::PageUrl, "https://shop.example/"), (Field::Referrer, "https://www.google.com/")];
    assert_eq!(
        case.fields(&from, ""),
        "page_url=https://shop.example/ page_path=/ page_host=shop.example \
         referrer=https://www.google.com/ referrer_source=search"
    );
    assert_eq!(case.fields(&[(Field::PageUrl, "https://")], ""), "page_url=https:// page_path=/");
}

#[test]
fn no_referrer_means_something_in_browsers_only() {
    let mut case = Case::browser();
    let page = [(Field::PageUrl, "https://a.example/")];
    let source = |case: &Case| {
        let mut draft = with(&page, "");
        case.run(&mut draft).unwrap();
        draft.fields.get(Field::ReferrerSource).map(str::to_owned)
    };
    assert_eq!(source(&case).as_deref(), Some("direct"));
    case.request.rules = &Rules::CANONICAL;
    assert_eq!(source(&case), None);
}

#[test]
fn pages_are_found_among_the_properties_where_the_dialect_has_no_field() {
    let mut case = Case::new();
    let by = |case: &Case, properties: &str| case.fields(&[], properties);
    let relative = "page_path=checkout";
    assert_eq!(by(&case, r#"{"page":"checkout"}"#), relative);
    assert_eq!(
        by(&case, r#"{"page":"x","url":"https://a.example/p?q"}"#),
        "page_url=https://a.example/p?q page_path=/p page_host=a.example"
    );
    assert_eq!(by(&case, r#"{"page":7,"url":{"a":1}}"#), "");
    assert_eq!(by(&case, r#"{"deep":{"url":"https://a.example/"}}"#), "");
    let own = [(Field::PagePath, "/own")];
    assert_eq!(case.fields(&own, r#"{"page":"x"}"#), "page_path=/own");
    case.request.dialect = Dialect::Segment;
    assert_eq!(by(&case, r#"{"page":"checkout"}"#), "");
}
