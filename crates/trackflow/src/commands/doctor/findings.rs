//! What a look at the folder found.

use journal::Lane;

/// Sentences by chapter, and what follows from them.
#[derive(Debug)]
pub(super) struct Findings {
    chapters: Vec<(&'static str, Vec<String>)>,
    /// What keeps the server from starting.
    pub(super) journal_damaged: bool,
    /// What keeps the store from opening.
    pub(super) store_damaged: bool,
    /// What no repair of ours can bring back.
    pub(super) beyond_repair: bool,
    /// Per lane how far the store has taken it.
    pub(super) taken: Vec<(Lane, u64)>,
    /// Whether received = stored + duplicate + rejected.
    pub(super) balanced: bool,
}

impl Findings {
    pub(super) fn new() -> Self {
        Self {
            chapters: Vec::new(),
            journal_damaged: false,
            store_damaged: false,
            beyond_repair: false,
            taken: Vec::new(),
            balanced: true,
        }
    }

    /// Begins a chapter.
    pub(super) fn chapter(&mut self, name: &'static str) {
        self.chapters.push((name, Vec::new()));
    }

    /// Adds a sentence to the chapter that was begun last.
    pub(super) fn say(&mut self, sentence: impl Into<String>) {
        if let Some((_, sentences)) = self.chapters.last_mut() {
            sentences.push(sentence.into());
        }
    }

    /// Whether the server would refuse to start.
    pub(super) fn is_damaged(&self) -> bool {
        self.journal_damaged || self.store_damaged || self.beyond_repair
    }

    /// Whether nothing is wrong at all.
    pub(super) fn is_well(&self) -> bool {
        !self.is_damaged() && self.balanced
    }

    /// For a person.
    pub(super) fn text(&self) -> String {
        chapters(&self.chapters)
    }
}

/// Chapters with indented sentences.
pub(super) fn chapters(chapters: &[(&str, Vec<String>)]) -> String {
    let mut out = String::new();
    for (name, sentences) in chapters {
        out += &format!("{name}\n");
        for sentence in sentences {
            out += &format!("  {sentence}\n");
        }
    }
    out
}
