//! Default < file < `PORT`, `DATABASE_URL` < `TRACKFLOW_<SECTION>_<KEY>` < flags.
//!
//! Every layer is read to its end before anything is refused, so that all problems are told at
//! once.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
};

use toml::{Table, Value as Toml};

use super::{
    Problems,
    setting::{Setting, Value},
    table::SETTINGS,
};

/// Looked for when no file is named.
const FILE: &str = "trackflow.toml";

/// Variables that begin like options and are read elsewhere.
const OTHER_VARIABLES: &[&str] = &["TRACKFLOW_CONFIG", "TRACKFLOW_URL", "TRACKFLOW_KEY"];

/// What the command line and the machine say.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// `--config`; without it `trackflow.toml` is read when it is there.
    pub file: Option<PathBuf>,
    /// The environment.
    pub variables: Vec<(String, String)>,
    /// Flags, as key and text, in the order given.
    pub flags: Vec<(String, String)>,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The table.
    Default,
    /// A file.
    File(PathBuf),
    /// A variable.
    Variable(String),
    /// A flag.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path) => path.display().fmt(f),
            Origin::Variable(name) => f.write_str(name),
            Origin::Flag => f.write_str("command line"),
        }
    }
}

/// The value of every option, and where it came from.
#[derive(Debug)]
pub struct Settings {
    values: BTreeMap<&'static str, (Value, Origin)>,
    read: RefCell<BTreeSet<&'static str>>,
}

impl Settings {
    /// Reads all layers.
    pub fn load(sources: &Sources) -> Result<Self, Problems> {
        let mut loader = Loader { values: defaults(), problems: Problems::default() };
        loader.file(sources.file.as_deref());
        loader.variables(&sources.variables);
        loader.flags(&sources.flags);
        let Loader { values, problems } = loader;
        problems.none().map(|()| Self { values, read: RefCell::default() })
    }

    /// A value with its origin.
    pub fn get(&self, key: &str) -> &(Value, Origin) {
        let (key, found) = self.values.get_key_value(key).unwrap_or_else(|| {
            panic!("{key} is not in the table of options");
        });
        self.read.borrow_mut().insert(key);
        found
    }

    /// A text or choice.
    pub fn text(&self, key: &str) -> &str {
        match self.get(key) {
            (Value::Text(text), _) => text,
            (other, _) => panic!("{key} is {other:?}, not a text"),
        }
    }

    /// A whole number.
    pub fn whole(&self, key: &str) -> u64 {
        match self.get(key) {
            (Value::Whole(number), _) => *number,
            (other, _) => panic!("{key} is {other:?}, not a number"),
        }
    }

    /// A switch.
    pub fn switch(&self, key: &str) -> bool {
        match self.get(key) {
            (Value::Switch(on), _) => *on,
            (other, _) => panic!("{key} is {other:?}, not a switch"),
        }
    }

    /// A whole number of things in memory.
    pub fn size(&self, key: &str) -> usize {
        usize::try_from(self.whole(key)).unwrap_or(usize::MAX)
    }

    /// The options that nobody asked for; a test holds that there is none.
    #[cfg(test)]
    pub(super) fn unread(&self) -> Vec<&'static str> {
        let read = self.read.borrow();
        self.values.keys().copied().filter(|key| !read.contains(key)).collect()
    }
}

fn defaults() -> BTreeMap<&'static str, (Value, Origin)> {
    let value = |setting: &Setting| match setting.read_text(setting.default) {
        Ok(value) => (setting.key, (value, Origin::Default)),
        Err(problem) => panic!("default of {} {problem}", setting.key),
    };
    SETTINGS.iter().map(value).collect()
}

struct Loader {
    values: BTreeMap<&'static str, (Value, Origin)>,
    problems: Problems,
}

impl Loader {
    fn set(&mut self, setting: &Setting, value: Result<Value, String>, origin: Origin) {
        match value {
            Ok(value) => {
                self.values.insert(setting.key, (value, origin));
            }
            Err(problem) => self.problems.add(&origin, format!("{} {problem}", setting.key)),
        }
    }

    fn file(&mut self, named: Option<&Path>) {
        let path = named.unwrap_or(Path::new(FILE));
        let origin = Origin::File(path.to_path_buf());
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if named.is_none() && e.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.problems.add(&origin, format!("cannot be read: {error}")),
        };
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                return self
                    .problems
                    .add(&origin, format!("is not TOML: {}", error.to_string().trim_end()));
            }
        };
        for (section, value) in &table {
            match value {
                Toml::Table(section_table) if has_section(section) => {
                    for (name, value) in section_table {
                        self.file_key(&format!("{section}.{name}"), value, &origin);
                    }
                }
                Toml::Table(_) => self.unknown_section(section, &origin),
                _ => self.unknown(section, &origin),
            }
        }
    }

    fn file_key(&mut self, key: &str, value: &Toml, origin: &Origin) {
        match setting_named(key) {
            Some(setting) => self.set(setting, setting.read_toml(value), origin.clone()),
            None => self.unknown(key, origin),
        }
    }

    fn variables(&mut self, variables: &[(String, String)]) {
        let named = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| name == wanted);
            found.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
        };
        for (name, key) in [("PORT", "http.listen"), ("DATABASE_URL", "catalog.url")] {
            if let (Some(text), Some(setting)) = (named(name), setting_named(key)) {
                let text = if name == "PORT" { format!(":{text}") } else { text.to_owned() };
                let value = setting.read_text(&text);
                self.set(setting, value, Origin::Variable(name.into()));
            }
        }
        for (name, text) in variables {
            if !name.starts_with("TRACKFLOW_") || OTHER_VARIABLES.contains(&name.as_str()) {
                continue;
            }
            let origin = Origin::Variable(name.clone());
            match SETTINGS.iter().find(|setting| setting.variable() == *name) {
                Some(setting) => self.set(setting, setting.read_text(text), origin),
                None => {
                    let known: Vec<String> = SETTINGS.iter().map(Setting::variable).collect();
                    let hint = nearest(name, known.iter().map(String::as_str));
                    self.problems.add(&origin, format!("is not an option{hint}"));
                }
            }
        }
    }

    fn flags(&mut self, flags: &[(String, String)]) {
        let mut grouped: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (key, text) in flags {
            grouped.entry(key).or_default().push(text);
        }
        for (key, texts) in grouped {
            match setting_named(key) {
                Some(setting) => {
                    // An option given twice is a list where lists are taken, else the last wins.
                    let text = match setting.kind {
                        super::setting::Kind::Addresses => texts.join(","),
                        _ => texts.last().copied().unwrap_or_default().to_owned(),
                    };
                    self.set(setting, setting.read_text(&text), Origin::Flag);
                }
                None => self.unknown(key, &Origin::Flag),
            }
        }
    }

    fn unknown(&mut self, key: &str, origin: &Origin) {
        let hint = nearest(key, SETTINGS.iter().map(|setting| setting.key));
        self.problems.add(origin, format!("{key} is not an option{hint}"));
    }

    fn unknown_section(&mut self, section: &str, origin: &Origin) {
        let hint = nearest(section, SETTINGS.iter().map(Setting::section));
        self.problems.add(origin, format!("[{section}] is not a section{hint}"));
    }
}

fn setting_named(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

fn has_section(name: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.section() == name)
}

/// `, did you mean ..?` when something known is near enough to be meant.
fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> String {
    let scored = known.map(|name| (strsim::damerau_levenshtein(wrong, name), name));
    match scored.min() {
        Some((distance, name)) if distance <= wrong.len().max(3) / 3 => {
            format!(", did you mean {name}?")
        }
        _ => String::new(),
    }
}
