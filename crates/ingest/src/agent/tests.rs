use super::*;

fn check(text: &str, expected: &str) {
    let agent = Agent::of(text);
    let part = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let got = [
        part(agent.os),
        part(agent.os_version.as_deref()),
        part(agent.browser),
        part(agent.browser_version.as_deref()),
        part(agent.device_type),
    ];
    assert_eq!(got.join(" | "), expected, "{text}");
}

#[test]
fn browsers_of_persons_are_told_apart() {
    const LIKE: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";
    let cases = [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) {} Chrome/141.0.0.0 Safari/537.36",
            "Windows | 10 | Chrome | 141 | desktop",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) {} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.3537.71",
            "Windows | 10 | Edge | 141.0.3537.71 | desktop",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
            "macOS | 10.15.7 | Safari | 18.6 | desktop",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
            "iOS | 18.6 | Mobile Safari | 18.6 | mobile",
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 16_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/119.0.6045.109 Mobile/15E148 Safari/604.1",
            "iPadOS | 16.3.1 | Chrome Mobile | 119.0.6045.109 | tablet",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) {} Chrome/141.0.0.0 Mobile Safari/537.36",
            "Android | 10 | Chrome Mobile | 141 | mobile",
        ),
        (
            "Mozilla/5.0 (Linux; Android 13; SM-X900) {} SamsungBrowser/22.0 Chrome/111.0.5563.116 Safari/537.36",
            "Android | 13 | Samsung Internet | 22 | tablet",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
            "Linux | - | Firefox | 143 | desktop",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {} Chrome/119.0.0.0 Safari/537.36",
            "Chrome OS | 14541 | Chrome | 119 | desktop",
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
            "Windows | 7 | Internet Explorer | 11 | desktop",
        ),
        (
            "Mozilla/5.0 (Web0S; Linux/SmartTV) {} Chrome/94.0.4606.128 Safari/537.36",
            "webOS | - | Chrome | 94.0.4606.128 | tv",
        ),
        (
            "Mozilla/5.0 (Linux; Android 11; AFTKA) {} Chrome/118.0.0.0 Mobile Safari/537.36",
            "Android | 11 | Chrome Mobile | 118 | tv",
        ),
        (
            "Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15",
            "PlayStation | - | Safari | 13 | console",
        ),
        (
            "Mozilla/5.0 (Linux; Android 9; CUBOT_X19 Build/PPR1) {} Chrome/88.0.4324.93 Mobile Safari/537.36",
            "Android | 9 | Chrome Mobile | 88.0.4324.93 | mobile",
        ),
    ];
    for (text, expected) in cases {
        check(&text.replace("{}", LIKE), expected);
    }
}

#[test]
fn libraries_and_nonsense_say_little() {
    check("", "- | - | - | - | -");
    check("okhttp/4.12.0", "- | - | - | - | -");
    check("MyApp/3.1 (Android 14; Pixel 8)", "Android | 14 | - | - | -");
    check("Version/Safari/", "- | - | Safari | - | -");
    check("Firefox/..._._.", "- | - | Firefox | - | -");
    check("Android é\u{1f600} Chrome/é", "Android | - | Chrome Mobile | - | -");
    let long = format!("{}é Firefox/1", "é".repeat(511));
    check(&long, "- | - | - | - | -");
    check(
        &format!("Firefox/{}", "1.".repeat(400)),
        "- | - | Firefox | 1.1.1.1.1.1.1.1.1.1.1.1 | -",
    );
}

#[test]
fn machines_are_named_and_phones_are_none() {
    let named = |text: &str| match Agent::of(text).sender {
        Sender::Crawler(name) => name.into_owned(),
        Sender::Suspect => "suspect".into(),
        Sender::Person => "person".into(),
    };
    let cases = [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "bingbot"),
        ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "AhrefsBot"),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/x.php)", "facebookexternalhit"),
        ("Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/x)", "yahoo! slurp"),
        ("Sogou web spider/4.0(+http://www.sogou.com/docs/x.htm)", "spider"),
        ("curl/8.5.0", "suspect"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0.0.0 Safari/537.36", "suspect"),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT_X19) Chrome/88.0 Mobile Safari/537.36", "person"),
        ("Mozilla/5.0 (Windows NT 10.0) Bottle/1.0", "person"),
        ("", "person"),
    ];
    for (text, expected) in cases {
        assert_eq!(named(text), expected, "{text}");
    }
    let long = format!("{}bot", "x".repeat(200));
    assert_eq!(named(&long).len(), 60);
    assert_eq!(Agent::of("Googlebot/2.1").device_type, Some("bot"));
}

#[test]
fn what_was_read_is_kept_within_a_bound() {
    let agents = Agents::default();
    let first = agents.of("Firefox/143.0");
    assert!(std::sync::Arc::ptr_eq(&first, &agents.of("Firefox/143.0")));
    for number in 0..20_000 {
        agents.of(&format!("Firefox/{number}"));
    }
    assert!(agents.len() <= 16 * 256, "{}", agents.len());
}
