//! Versions of conda packages and their order.

use std::cmp::Ordering;

/// A version: an epoch, parts separated by dots, and a local part after `+`.
#[derive(Debug, Clone)]
pub struct Version {
    epoch: u64,
    parts: Vec<Vec<Piece>>,
    local: Vec<Vec<Piece>>,
}

/// A run of digits or letters, in the order in which versions count them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Dev,
    Word(String),
    Number(u64),
    Post,
}

const ZERO: Piece = Piece::Number(0);

impl Version {
    /// Reads a version; `None` for what conda would not take for one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let (epoch, rest) = match text.split_once('!') {
            Some((epoch, rest)) => (epoch.parse().ok()?, rest),
            None => (0, text.as_str()),
        };
        let (public, local) = rest.split_once('+').map_or((rest, None), |(public, local)| (public, Some(local)));
        let local = local.map_or(Some(Vec::new()), parts)?;
        Some(Self { epoch, parts: parts(public)?, local })
    }

    /// Whether it is another version or a more exact one: `1.2.3` of `1.2`.
    pub fn starts_with(&self, other: &Self) -> bool {
        if self.epoch != other.epoch {
            return false;
        }
        if other.local.is_empty() {
            return begins(&self.parts, &other.parts);
        }
        order(&self.parts, &other.parts) == Ordering::Equal && begins(&self.local, &other.local)
    }

    /// Without its last part: `1.4` of `1.4.2`; `None` where there is only one.
    pub fn above(&self) -> Option<Self> {
        let (_, parts) = self.parts.split_last().filter(|(_, rest)| !rest.is_empty())?;
        Some(Self { epoch: self.epoch, parts: parts.to_vec(), local: Vec::new() })
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let parts = || order(&self.parts, &other.parts);
        self.epoch.cmp(&other.epoch).then_with(parts).then_with(|| order(&self.local, &other.local))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

fn parts(text: &str) -> Option<Vec<Vec<Piece>>> {
    // One at the end belongs to the part before it, as in `1.0.1_`.
    let bare = text.trim_end_matches('_');
    let mut parts: Vec<Vec<Piece>> = bare.split(['.', '_', '-']).map(pieces).collect::<Option<_>>()?;
    if bare.len() < text.len() {
        parts.last_mut()?.push(Piece::Word("_".to_owned()));
    }
    Some(parts)
}

/// A part; one that begins with letters has a zero before them.
fn pieces(part: &str) -> Option<Vec<Piece>> {
    let mut pieces =
        if part.starts_with(|letter: char| letter.is_ascii_alphabetic()) { vec![ZERO] } else { Vec::new() };
    let mut rest = part;
    while let Some(first) = rest.chars().next() {
        let is_same = |letter: char| letter.is_ascii_digit() == first.is_ascii_digit();
        if !first.is_ascii_alphanumeric() {
            return None;
        }
        let end = rest.find(|letter: char| !is_same(letter) || !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        pieces.push(match run {
            "dev" => Piece::Dev,
            "post" => Piece::Post,
            _ if first.is_ascii_digit() => Piece::Number(run.parse().ok()?),
            word => Piece::Word(word.to_owned()),
        });
        rest = after;
    }
    (!pieces.is_empty()).then_some(pieces)
}

/// What is missing on one side counts as zero.
fn order(left: &[Vec<Piece>], right: &[Vec<Piece>]) -> Ordering {
    let nothing: &[Piece] = &[];
    for at in 0..left.len().max(right.len()) {
        let one = left.get(at).map_or(nothing, Vec::as_slice);
        let other = right.get(at).map_or(nothing, Vec::as_slice);
        for at in 0..one.len().max(other.len()) {
            let found = one.get(at).unwrap_or(&ZERO).cmp(other.get(at).unwrap_or(&ZERO));
            if found != Ordering::Equal {
                return found;
            }
        }
    }
    Ordering::Equal
}

fn begins(whole: &[Vec<Piece>], start: &[Vec<Piece>]) -> bool {
    let Some((last, before)) = start.split_last() else { return true };
    let head = &whole[..before.len().min(whole.len())];
    if order(head, before) != Ordering::Equal {
        return false;
    }
    let part = whole.get(before.len()).map_or(&[][..], Vec::as_slice);
    let Some((piece, before)) = last.split_last() else { return true };
    let head = &part[..before.len().min(part.len())];
    if order(&[head.to_vec()], &[before.to_vec()]) != Ordering::Equal {
        return false;
    }
    match (part.get(before.len()).unwrap_or(&ZERO), piece) {
        (Piece::Word(word), Piece::Word(start)) => word.starts_with(start.as_str()),
        (own, piece) => own == piece,
    }
}
