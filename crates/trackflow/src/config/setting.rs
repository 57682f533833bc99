//! What an option is: its name, its kind, what it means. The table of all of them is
//! [`super::table`]; everything else (defaults, parsing, environment, documentation) follows
//! from it.

use std::fmt;

use toml::Value as Toml;

use super::listen::Listen;

/// One option.
#[derive(Debug)]
pub struct Setting {
    /// `section.name`, with its unit last where it has one.
    pub key: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Its default, in the form an environment variable would have.
    pub default: &'static str,
    /// Sentences for the person who sets it.
    pub doc: &'static str,
    /// Whether its value is hidden when printed.
    pub secret: bool,
}

/// What an option may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A whole number, both ends included.
    Whole {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// On or off.
    Switch,
    /// Addresses to listen on.
    Addresses,
    /// Origins of web pages; none is fine.
    Origins,
    /// Networks by their addresses or a word; none is fine.
    Networks,
}

/// A value that fits its option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of a text or a choice.
    Text(String),
    /// Of a whole number.
    Whole(u64),
    /// Of a switch.
    Switch(bool),
    /// Of addresses.
    Addresses(Vec<Listen>),
    /// Of origins.
    Origins(Vec<String>),
    /// Of networks.
    Networks(Vec<String>),
}

impl Setting {
    /// The section, e.g. `http`.
    pub fn section(&self) -> &'static str {
        self.key.split_once('.').map_or("", |(section, _)| section)
    }

    /// The name within the section, e.g. `listen`.
    pub fn name(&self) -> &'static str {
        self.key.split_once('.').map_or(self.key, |(_, name)| name)
    }

    /// Its environment variable, e.g. `TRACKFLOW_HTTP_LISTEN`.
    pub fn variable(&self) -> String {
        format!("TRACKFLOW_{}", self.key.replace('.', "_").to_ascii_uppercase())
    }

    /// Reads the text of an environment variable or a flag.
    pub fn read_text(&self, text: &str) -> Result<Value, String> {
        match self.kind {
            Kind::Text => Ok(Value::Text(text.to_owned())),
            Kind::Choice(choices) => {
                let found = choices.contains(&text).then(|| Value::Text(text.to_owned()));
                found.ok_or_else(|| {
                    format!("is {}, it must be one of {}", self.quoted(text), choices.join(", "))
                })
            }
            Kind::Whole { min, max } => {
                let digits = text.trim().replace('_', "");
                match digits.parse() {
                    Ok(number) => self.whole(number, min, max),
                    Err(_) => Err(format!("is {}, it must be a whole number", self.quoted(text))),
                }
            }
            Kind::Switch => match text.trim() {
                "true" => Ok(Value::Switch(true)),
                "false" => Ok(Value::Switch(false)),
                _ => Err(format!("is {}, it must be true or false", self.quoted(text))),
            },
            Kind::Addresses => addresses(text.split(',').map(str::trim)),
            Kind::Origins => origins(text.split(',').map(str::trim).filter(|o| !o.is_empty())),
            Kind::Networks => networks(text.split(',').map(str::trim).filter(|n| !n.is_empty())),
        }
    }

    /// Reads a value of a TOML file.
    pub fn read_toml(&self, toml: &Toml) -> Result<Value, String> {
        match (self.kind, toml) {
            (Kind::Whole { min, max }, Toml::Integer(number)) => match u64::try_from(*number) {
                Ok(number) => self.whole(number, min, max),
                Err(_) => Err(format!("is {number}, it must be {min} to {max}")),
            },
            (Kind::Addresses | Kind::Origins | Kind::Networks, Toml::Array(items)) => {
                let texts: Option<Vec<_>> = items.iter().map(Toml::as_str).collect();
                let texts = texts.ok_or("must be an array of strings")?.into_iter();
                match self.kind {
                    Kind::Origins => origins(texts),
                    Kind::Networks => networks(texts),
                    _ => addresses(texts),
                }
            }
            (Kind::Switch, Toml::Boolean(on)) => Ok(Value::Switch(*on)),
            (Kind::Whole { .. } | Kind::Switch, _) => Err(self.wrong_type(toml)),
            (_, Toml::String(text)) => self.read_text(text),
            _ => Err(self.wrong_type(toml)),
        }
    }

    fn wrong_type(&self, toml: &Toml) -> String {
        format!("is of type {}, it must be {}", toml.type_str(), self.kind)
    }

    fn whole(&self, number: u64, min: u64, max: u64) -> Result<Value, String> {
        if (min..=max).contains(&number) {
            Ok(Value::Whole(number))
        } else {
            Err(format!("is {number}, it must be {min} to {max}"))
        }
    }

    /// A value as it may be shown in a message.
    fn quoted(&self, text: &str) -> String {
        if self.secret { MASK.into() } else { format!("{text:?}") }
    }
}

/// Stands for a value that is not shown.
pub(super) const MASK: &str = "****";

fn addresses<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Value, String> {
    let listens: Vec<Listen> = texts.map(Listen::parse).collect::<Result<_, _>>()?;
    if listens.is_empty() {
        return Err("must have at least one address".into());
    }
    Ok(Value::Addresses(listens))
}

fn origins<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Value, String> {
    let checked = texts.map(|text| {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        match host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ', '*'])) {
            true => Ok(text.to_owned()),
            false => Err(format!("has {text:?}, an origin is like https://app.example.com")),
        }
    });
    checked.collect::<Result<_, _>>().map(Value::Origins)
}

fn networks<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Value, String> {
    let checked = texts.map(|text| server::Network::named(text).map(|_| text.to_owned()));
    checked.collect::<Result<_, _>>().map(Value::Networks)
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Text => f.write_str("a string"),
            Kind::Choice(choices) => write!(f, "one of {}", choices.join(", ")),
            Kind::Whole { .. } => f.write_str("a whole number"),
            Kind::Switch => f.write_str("true or false"),
            Kind::Addresses => f.write_str("an array of addresses"),
            Kind::Origins => f.write_str("an array of origins"),
            Kind::Networks => f.write_str("an array of networks"),
        }
    }
}

impl fmt::Display for Value {
    /// As TOML.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => Toml::String(text.clone()).fmt(f),
            Value::Whole(number) => number.fmt(f),
            Value::Switch(on) => on.fmt(f),
            Value::Origins(texts) | Value::Networks(texts) => {
                Toml::Array(texts.iter().cloned().map(Toml::String).collect()).fmt(f)
            }
            Value::Addresses(listens) => {
                let texts = listens.iter().map(|listen| Toml::String(listen.to_string()));
                Toml::Array(texts.collect()).fmt(f)
            }
        }
    }
}
