//! Changes to a file that its reader knows how to make.

use std::ops::Deref;
use std::sync::Arc;

use crate::source::Span;

/// A change to the text that a reader offers and a rule may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateEdit {
    /// What it does.
    pub name: EditName,
    /// The place that is replaced; empty to insert.
    pub span: Span,
    /// What takes its place. `{params.NAME}` stands for a parameter of the rule.
    pub text: String,
}

/// The changes that a reader offers for a fact. Nothing is kept for a fact that has none.
#[derive(Debug, Clone, Default)]
pub struct CandidateEdits(Option<Arc<Vec<CandidateEdit>>>);

impl Deref for CandidateEdits {
    type Target = [CandidateEdit];

    fn deref(&self) -> &[CandidateEdit] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl Extend<CandidateEdit> for CandidateEdits {
    fn extend<I: IntoIterator<Item = CandidateEdit>>(&mut self, edits: I) {
        let mut edits = edits.into_iter().peekable();
        if edits.peek().is_some() {
            Arc::make_mut(self.0.get_or_insert_default()).extend(edits);
        }
    }
}

/// What an edit does; a rule's `edit` takes these names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditName {
    /// Writes a timeout of `{params.seconds}`.
    SetTimeout,
    /// Writes a memory of `{params.megabytes}`.
    SetMemory,
    /// Writes the architecture that holds where none is written.
    SetArchitecture,
    /// Makes a command install what is locked.
    HoldToLock,
    /// Reads a version from the file that states it.
    ReadVersionFile,
    /// Looks for updates every week.
    LookWeekly,
    /// Adds an entry for a directory that no update bot looks at.
    Cover,
}

impl EditName {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::SetTimeout,
        Self::SetMemory,
        Self::SetArchitecture,
        Self::HoldToLock,
        Self::ReadVersionFile,
        Self::LookWeekly,
        Self::Cover,
    ];

    /// Its name in rules.
    pub fn word(self) -> &'static str {
        match self {
            Self::SetTimeout => "set-timeout",
            Self::SetMemory => "set-memory",
            Self::SetArchitecture => "set-architecture",
            Self::HoldToLock => "hold-to-lock",
            Self::ReadVersionFile => "read-version-file",
            Self::LookWeekly => "look-weekly",
            Self::Cover => "cover",
        }
    }

    /// The edit of a name.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }
}
