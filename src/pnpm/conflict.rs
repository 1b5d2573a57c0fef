//! The two sides of a lockfile with merge-conflict markers, and how pnpm merges them.
//!
//! pnpm resolves conflicts of its lockfile by itself: it reads both sides and takes what one
//! of them has; where both have a version it takes the higher one, else that of the second side.

use std::collections::BTreeMap;

use super::lock::{Direct, Importer, Lock};

/// Both sides of a text. What does not belong to a side is blank, so that places stay.
pub fn sides(text: &str) -> [String; 2] {
    let mut ours = String::with_capacity(text.len());
    let mut theirs = String::with_capacity(text.len());
    let mut within = [true, true];
    for line in text.split_inclusive('\n') {
        let word = line.trim_end_matches(['\n', '\r']);
        let now = if word.starts_with("|||||||") {
            Some([false, false])
        } else if word.starts_with("<<<<<<<") {
            Some([true, false])
        } else if word == "=======" {
            Some([false, true])
        } else if word.starts_with(">>>>>>>") {
            Some([true, true])
        } else {
            None
        };
        for (side, is_within) in [(&mut ours, within[0]), (&mut theirs, within[1])] {
            if now.is_none() && is_within {
                side.push_str(line);
            } else {
                let blank = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
                side.extend(line.bytes().map(blank));
            }
        }
        within = now.unwrap_or(within);
    }
    [ours, theirs]
}

/// The lockfile that pnpm makes of both sides.
pub fn merge(ours: Lock, theirs: Lock) -> Lock {
    let mut importers = BTreeMap::new();
    let mut other = theirs.importers;
    for (directory, importer) in ours.importers {
        let merged = match other.remove(&directory) {
            Some(second) => merge_importers(importer, second),
            None => Importer { publish_directory: None, dependencies_meta: None, ..importer },
        };
        importers.insert(directory, merged);
    }
    for (directory, importer) in other {
        importers.insert(directory, Importer { publish_directory: None, dependencies_meta: None, ..importer });
    }
    let mut ignored_optional = ours.ignored_optional;
    for name in theirs.ignored_optional {
        if !ignored_optional.iter().any(|known| known.text == name.text) {
            ignored_optional.push(name);
        }
    }
    Lock {
        importers,
        ignored_optional,
        pnpmfile: ours.pnpmfile.or(theirs.pnpmfile),
        major: ours.major.max(theirs.major),
        version: ours.version,
        has_importers: ours.has_importers && theirs.has_importers,
        settings: BTreeMap::new(),
        overrides: BTreeMap::new(),
        catalogs: Vec::new(),
        extensions: None,
        only_built: None,
        never_built: None,
        patches: Vec::new(),
        merged: true,
    }
}

fn merge_importers(ours: Importer, theirs: Importer) -> Importer {
    let mut direct = ours.direct;
    let place = |(index, one): (usize, &Direct)| ((one.group, one.name.text.clone()), index);
    let known: BTreeMap<(usize, Box<str>), usize> = direct.iter().enumerate().map(place).collect();
    for second in theirs.direct {
        match known.get(&(second.group, second.name.text.clone())) {
            Some(index) => merge_direct(&mut direct[*index], second),
            None => direct.push(second),
        }
    }
    Importer {
        span: ours.span,
        direct,
        contradiction: ours.contradiction.or(theirs.contradiction),
        publish_directory: None,
        dependencies_meta: None,
    }
}

fn merge_direct(first: &mut Direct, second: Direct) {
    if second.specifier.is_some() {
        first.specifier = second.specifier;
    }
    let version = |text: &str| semver::Version::parse(super::key::without_peers(text)).ok();
    let is_higher = match (version(&first.version.text), version(&second.version.text)) {
        (Some(ours), Some(theirs)) => ours > theirs,
        _ => false,
    };
    if !is_higher {
        first.version = second.version;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_keep_their_places() {
        let text = "a: 1\n<<<<<<< ours\nb: é\n||||||| base\nb: 0\n=======\r\nb: 3\n>>>>>>> theirs\nc: 4\n";
        let [ours, theirs] = sides(text);
        for (side, line) in [(&ours, "b: é"), (&theirs, "b: 3")] {
            assert_eq!(side.len(), text.len());
            assert_eq!(side.find(line), text.find(line));
            let words: Vec<&str> = side.lines().filter(|line| !line.trim().is_empty()).collect();
            assert_eq!(words, ["a: 1", line, "c: 4"]);
        }
    }
}
