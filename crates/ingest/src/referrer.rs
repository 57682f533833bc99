//! Where a visitor came from, as one of six groups: `search`, `social`, `mail`, `paid`, `direct`,
//! `referral`. The one table of them.

use crate::url::{Address, name_of};

/// Names of search engines: a label of their host, whatever country it ends in.
const SEARCH: [&str; 21] = [
    "google",
    "bing",
    "duckduckgo",
    "yahoo",
    "yandex",
    "baidu",
    "ecosia",
    "qwant",
    "startpage",
    "naver",
    "seznam",
    "sogou",
    "so",
    "ask",
    "aol",
    "kagi",
    "mojeek",
    "swisscows",
    "presearch",
    "perplexity",
    "chatgpt",
];
/// Hosts, and what is below them.
const SEARCH_HOSTS: [&str; 4] =
    ["search.brave.com", "chat.openai.com", "com.google.android.googlequicksearchbox", "ya.ru"];
const SOCIAL_HOSTS: [&str; 34] = [
    "facebook.com",
    "fb.com",
    "fb.me",
    "messenger.com",
    "instagram.com",
    "threads.net",
    "threads.com",
    "twitter.com",
    "x.com",
    "t.co",
    "linkedin.com",
    "lnkd.in",
    "reddit.com",
    "pinterest.com",
    "pin.it",
    "tiktok.com",
    "youtube.com",
    "youtu.be",
    "snapchat.com",
    "tumblr.com",
    "vk.com",
    "weibo.com",
    "bsky.app",
    "mastodon.social",
    "news.ycombinator.com",
    "lobste.rs",
    "quora.com",
    "discord.com",
    "t.me",
    "telegram.org",
    "whatsapp.com",
    "wa.me",
    "com.facebook.katana",
    "com.linkedin.android",
];
const MAIL_HOSTS: [&str; 11] = [
    "mail.google.com",
    "mail.yahoo.com",
    "outlook.live.com",
    "outlook.office.com",
    "outlook.office365.com",
    "mail.proton.me",
    "mail.aol.com",
    "mail.yandex.ru",
    "e.mail.ru",
    "com.google.android.gm",
    "mail.zoho.com",
];
const PAID_MEDIA: [&str; 12] = [
    "cpc",
    "ppc",
    "cpm",
    "cpv",
    "cpa",
    "paid",
    "paidsearch",
    "paid_search",
    "paid-search",
    "paid_social",
    "display",
    "retargeting",
];
const MAIL_MEDIA: [&str; 4] = ["email", "e-mail", "mail", "newsletter"];
const SOCIAL_MEDIA: [&str; 4] = ["social", "social-media", "social_media", "organic_social"];
/// Parameters that advertisers add to the address of the page.
const CLICKS: [&str; 5] = ["gclid", "gbraid", "wbraid", "msclkid", "dclid"];

/// What a campaign and an address tell.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Came<'a> {
    /// The address of the page before.
    pub(crate) referrer: Option<&'a str>,
    /// The host of this page.
    pub(crate) host: Option<&'a str>,
    /// The query of this page.
    pub(crate) query: &'a str,
    /// `utm_medium`.
    pub(crate) medium: Option<&'a str>,
}

/// The group. What the page says of its campaign wins over where the link stood.
pub(crate) fn source(came: &Came<'_>) -> &'static str {
    let is = |media: &[&str]| {
        came.medium.is_some_and(|medium| media.iter().any(|m| m.eq_ignore_ascii_case(medium)))
    };
    let clicked = || {
        came.query.split('&').any(|pair| {
            pair.split_once('=')
                .is_some_and(|(key, value)| !value.is_empty() && CLICKS.contains(&key))
        })
    };
    if is(&PAID_MEDIA) || clicked() {
        return "paid";
    }
    if is(&MAIL_MEDIA) {
        return "mail";
    }
    if is(&SOCIAL_MEDIA) {
        return "social";
    }
    let address = came.referrer.map(Address::of);
    match address.as_ref().and_then(Address::host_name) {
        Some(name) if came.host.is_some_and(|own| bare(name_of(own)) == bare(name)) => "direct",
        Some(name) => of_host(bare(name)),
        None => "direct",
    }
}

/// A host without `www.`.
fn bare(name: &str) -> &str {
    name.strip_prefix("www.").unwrap_or(name)
}

fn of_host(name: &str) -> &'static str {
    let below = |hosts: &[&str]| {
        hosts.iter().any(|host| {
            name.strip_suffix(host).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    };
    if below(&MAIL_HOSTS) {
        return "mail";
    }
    if below(&SOCIAL_HOSTS) {
        return "social";
    }
    if below(&SEARCH_HOSTS) || is_engine(name) {
        return "search";
    }
    "referral"
}

/// `google.com`, `www.google.co.uk`, `search.yahoo.com`: the name before the ending of a country.
fn is_engine(name: &str) -> bool {
    let mut labels = name.rsplit('.');
    let Some(ending) = labels.next() else { return false };
    let Some(mut label) = labels.next() else { return false };
    if ending.len() == 2 && matches!(label, "co" | "com" | "ne" | "or") {
        label = labels.next().unwrap_or(label);
    }
    SEARCH.contains(&label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(referrer: &str, expected: &str) {
        let came = Came { referrer: Some(referrer), host: Some("shop.example"), ..Came::default() };
        assert_eq!(source(&came), expected, "{referrer}");
    }

    #[test]
    fn hosts_are_grouped() {
        check("https://www.google.com/", "search");
        check("https://www.google.co.uk/search?q=x", "search");
        check("https://search.yahoo.com/", "search");
        check("https://mail.google.com/mail/u/0", "mail");
        check("android-app://com.google.android.gm/", "mail");
        check("https://t.co/abc", "social");
        check("https://l.facebook.com/l.php", "social");
        check("https://news.ycombinator.com/", "social");
        check("https://blog.example/", "referral");
        check("https://www.shop.example/cart", "direct");
        check("https://SHOP.example:443/", "direct");
        check("", "direct");
        check("not an address", "direct");
    }

    #[test]
    fn names_that_only_look_like_others_are_not_them() {
        check("https://google.com.evil.example/", "referral");
        check("https://notfacebook.com/", "referral");
        check("https://google/", "referral");
        check("https://xt.co/", "referral");
    }

    #[test]
    fn campaigns_win_over_hosts() {
        let came = |medium, query| {
            let referrer = Some("https://www.google.com/");
            source(&Came { referrer, medium, query, host: None })
        };
        assert_eq!(came(Some("CPC"), ""), "paid");
        assert_eq!(came(None, "a=1&gclid=x"), "paid");
        assert_eq!(came(None, "gclid="), "search");
        assert_eq!(came(Some("email"), ""), "mail");
        assert_eq!(came(Some("social"), ""), "social");
        assert_eq!(came(Some("something"), ""), "search");
    }
}
