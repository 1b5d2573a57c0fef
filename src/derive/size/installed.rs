//! What is installed for a function: the wheels of a closure, with what they come to.

use super::closure::Member;
use super::wheel::{Chooser, Found, Target};
use crate::facts::{Bytes, Facts, Interval, Part, PartKind};
use crate::words;

/// How many of the heaviest packages are named.
const HEAVIEST: usize = 5;

/// Least and most of what is installed, and what stands out in it.
#[derive(Debug, Default)]
pub(super) struct Installed {
    /// How many packages there are.
    pub(super) count: usize,
    /// Packages that have wheels, none of which fits.
    pub(super) missing: Vec<String>,
    /// Packages with compiled code for one processor.
    pub(super) compiled: Vec<String>,
    compressed: (u64, u64),
    unzipped: (u64, u64),
    sized: Vec<(String, u64)>,
    /// Why there is no upper end.
    open: Option<String>,
}

impl Installed {
    /// What the members of a closure come to on an interpreter and processor.
    pub(super) fn of<'f>(facts: &'f Facts, members: &[Member], target: &Target, wheels: &Chooser<'f>) -> Self {
        let mut own = Self { count: members.len(), ..Self::default() };
        let mut without_size: Vec<&str> = Vec::new();
        for member in members {
            let package = &facts[member.package];
            match wheels.choose(&package.contents, target) {
                Found::Wheel { bytes, packed, unzipped, is_compiled } => {
                    own.add(packed, unzipped, member.certain);
                    own.sized.push((package.contents.package.clone(), bytes));
                    if is_compiled {
                        own.compiled.push(package.contents.package.clone());
                    }
                }
                Found::Unsized => without_size.push(&package.contents.package),
                Found::Missing => {
                    without_size.push(&package.contents.package);
                    if member.certain {
                        own.missing.push(package.contents.package.clone());
                    }
                }
            }
        }
        own.sized.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        own.open = match (without_size.as_slice(), own.missing.first()) {
            (_, Some(missing)) => Some(format!("no wheel of {missing} fits {target}")),
            ([], None) => None,
            ([one], None) => Some(format!("the size of {one} is not in the lockfile")),
            ([first, rest @ ..], None) => {
                Some(format!("the sizes of {first} and {} more are not in the lockfile", rest.len()))
            }
        };
        own
    }

    /// Packages of which nothing is known.
    pub(super) fn unknown(reason: &str) -> Self {
        Self { open: Some(reason.to_owned()), ..Self::default() }
    }

    fn add(&mut self, packed: (u64, u64), unzipped: (u64, u64), certain: bool) {
        if certain {
            self.compressed.0 += packed.0;
            self.unzipped.0 += unzipped.0;
        }
        self.compressed.1 += packed.1;
        self.unzipped.1 += unzipped.1;
    }

    /// As a part of what is deployed.
    pub(super) fn part(&self, kind: PartKind) -> Part {
        let interval = |(least, most): (u64, u64)| Interval { least, most: self.open.clone().map_or(Ok(most), Err) };
        let compressed = match kind {
            PartKind::Layer(_) => Interval::NOTHING,
            _ => interval(self.compressed),
        };
        Part { kind, unzipped: interval(self.unzipped), compressed, contents: None }
    }

    /// The packages that weigh most, with their sizes, heaviest first.
    pub(super) fn heaviest(&self) -> Vec<String> {
        let shown = |(name, size): &(String, u64)| format!("{name} {}", words::bytes(Bytes::of(*size).0));
        self.sized.iter().take(HEAVIEST).map(shown).collect()
    }
}
