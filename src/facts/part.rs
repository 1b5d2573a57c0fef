//! What a package is made of: own source, locked packages, layers; each with the bytes that it may have.

use super::field::Bytes;
use crate::value::{State, Value};
use crate::words;

/// Bytes, at least and at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// The least.
    pub least: u64,
    /// The most, or why it may be any number.
    pub most: Result<u64, String>,
}

/// One part of what a function deploys.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Bytes of its files.
    pub unzipped: Interval,
    /// Bytes in the archive; nothing for layers, which are archives of their own.
    pub compressed: Interval,
    /// The directory that it is packed from and that is still to be weighed.
    pub contents: Option<Contents>,
}

/// The kinds of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartKind {
    /// A build that was measured.
    Built,
    /// The files of the function's own code directory.
    Source,
    /// What is installed from a lockfile.
    Packages,
    /// A layer, by its name.
    Layer(String),
}

/// A directory, or one file, that is packed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contents {
    /// Its path from the root.
    pub path: String,
    /// Patterns, as git writes them, of the files that the tool which packs it always leaves out.
    pub always_left_out: &'static [&'static str],
    /// The same for what its template leaves out; these come after the others and may take files back in.
    pub left_out: Vec<String>,
}

/// A layer as a template names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Layer {
    /// Its logical name, or its ARN.
    pub name: String,
    /// The directory that it is packed from, when the repository declares it, or why its size is not known.
    pub directory: Result<String, String>,
    /// Patterns, as git writes them, of the files that packing leaves out.
    pub left_out: Vec<String>,
    /// Whether a build installs the requirements that lie in that directory.
    pub is_built: bool,
}

impl Layer {
    /// A layer whose size the repository does not tell.
    pub fn unknown(name: &str, reason: &str) -> Self {
        Self { name: name.to_owned(), directory: Err(reason.to_owned()), left_out: Vec::new(), is_built: false }
    }

    /// A layer of the deployment's choice.
    pub fn chosen(reason: &str) -> Self {
        Self::unknown("of the deployment", reason)
    }

    /// A layer that is declared elsewhere.
    pub fn elsewhere(name: &str) -> Self {
        Self::unknown(name, &format!("the size of the layer {name} is not known"))
    }

    /// A layer that the repository declares, packed from this directory.
    pub fn packed_from(name: &str, directory: Value<String>) -> Self {
        match directory.state {
            State::Known(directory) => Self { directory: Ok(directory), ..Self::elsewhere(name) },
            State::Unknown(reason) => {
                Self::unknown(name, &format!("the size of the layer {name} is not known: {reason}"))
            }
            State::Absent | State::OneOf(_) => Self::elsewhere(name),
        }
    }
}

impl Interval {
    /// Nothing at all.
    pub const NOTHING: Self = Self { least: 0, most: Ok(0) };

    /// A number that is known.
    pub fn exactly(bytes: u64) -> Self {
        Self { least: bytes, most: Ok(bytes) }
    }

    /// Any number from this one on.
    pub fn at_least(least: u64, reason: impl Into<String>) -> Self {
        Self { least, most: Err(reason.into()) }
    }

    /// The sum; the first reason stays.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let most = match (&self.most, &other.most) {
            (Ok(one), Ok(two)) => Ok(one.saturating_add(*two)),
            (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
        };
        Self { least: self.least.saturating_add(other.least), most }
    }

    /// These bytes once they are packed: at least a thousandth of them, at most all of them.
    ///
    /// Text comes to a third or less, but nothing tells that without packing it, and most packages are far heavier
    /// than the source beside them.
    #[must_use]
    pub fn packed(&self) -> Self {
        Self { least: self.least / 1000, most: self.most.clone() }
    }

    /// The ends as a value: unknown when there is no upper one.
    pub fn value(&self) -> Value<Bytes> {
        match &self.most {
            Ok(most) if *most == self.least => Value::derived(Bytes::of(*most)),
            Ok(most) => Value::one_of(vec![Bytes::of(self.least), Bytes::of(*most)], None),
            Err(reason) => Value::unknown(reason.clone(), None),
        }
    }
}

impl Part {
    /// A part that takes up no room beyond what is still to be weighed.
    pub fn unweighed(kind: PartKind, contents: Contents) -> Self {
        Self { kind, unzipped: Interval::NOTHING, compressed: Interval::NOTHING, contents: Some(contents) }
    }

    /// Adds the bytes that its directory was found to hold.
    pub fn add(&mut self, bytes: &Interval) {
        self.contents = None;
        self.unzipped = self.unzipped.plus(bytes);
        if !matches!(self.kind, PartKind::Layer(_)) {
            self.compressed = self.compressed.plus(&bytes.packed());
        }
    }

    /// What it is and the least it unzips to: `source 4.0 MB`, `the layer shared:3 of unknown size`.
    pub fn shown(&self) -> String {
        let name = match &self.kind {
            PartKind::Built => "build",
            PartKind::Source => "source",
            PartKind::Packages => "packages",
            PartKind::Layer(name) => &format!("the layer {}", after_account(name)),
        };
        match &self.unzipped {
            Interval { least: 0, most: Err(_) } => format!("{name} of unknown size"),
            known => format!("{name} {}", words::bytes(Bytes::of(known.least).0)),
        }
    }

    /// A part of which nothing is known but that it is there.
    pub fn unknown(kind: PartKind, reason: &str) -> Self {
        let unknown = Interval::at_least(0, reason);
        let compressed = if matches!(kind, PartKind::Layer(_)) { Interval::NOTHING } else { unknown.clone() };
        Self { kind, unzipped: unknown, compressed, contents: None }
    }
}

/// Name and version of a layer of another account: `shared:3` of `arn:aws:lambda:eu-west-1:123456789012:layer:shared:3`.
fn after_account(name: &str) -> &str {
    name.split_once(":layer:").map_or(name, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_open_when_one_part_is() {
        let sum = Interval::exactly(3).plus(&Interval { least: 1, most: Ok(5) });
        assert_eq!(sum, Interval { least: 4, most: Ok(8) });
        let open = sum.plus(&Interval::at_least(2, "a layer is not known"));
        assert_eq!(open, Interval::at_least(6, "a layer is not known"));
        assert_eq!(open.plus(&Interval::at_least(0, "another")).most, Err("a layer is not known".to_owned()));
        assert_eq!(Interval::exactly(7).value(), Value::derived(Bytes(7)));
    }

    #[test]
    fn a_part_says_what_is_not_known() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:layer:shared:3";
        let layer = Part::unknown(PartKind::Layer(arn.to_owned()), "it is elsewhere");
        assert_eq!(layer.shown(), "the layer shared:3 of unknown size");
        let mut source = layer;
        source.kind = PartKind::Source;
        source.add(&Interval::exactly(12));
        assert_eq!(source.shown(), "source 12 bytes");
    }
}
