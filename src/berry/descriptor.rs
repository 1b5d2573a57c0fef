//! Descriptors (`name@range`) and locators (`name@reference`), as Yarn spells them.

use crate::node::range::Range;
use crate::node::version::Mode;

/// Name and range of a descriptor, or name and reference of a locator.
pub fn split(text: &str) -> Option<(&str, &str)> {
    let at = text.char_indices().skip(1).find(|(_, letter)| *letter == '@')?.0;
    Some((&text[..at], &text[at + 1..]))
}

/// Whether a text may be the name of a package, with or without a scope.
pub fn is_name(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.contains('/');
    match text.strip_prefix('@') {
        Some(scoped) => {
            scoped.split_once('/').is_some_and(|(scope, name)| is_part(scope) && is_part(name) && !name.contains('@'))
        }
        None => is_part(text) && !text.contains('@'),
    }
}

/// The range with the protocol that Yarn puts before versions and tags.
pub fn normal(range: &str) -> String {
    if is_plain(range) { format!("npm:{range}") } else { range.to_owned() }
}

/// Whether a range is one of the registry, without a protocol.
pub fn is_plain(range: &str) -> bool {
    if range.contains(':') {
        return false;
    }
    let is_tag = !range.is_empty()
        && !range.starts_with(['v', 'V'])
        && range.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    is_tag || Range::parse(range, Mode::Loose).is_some()
}

/// The protocol of a range, with its colon.
pub fn protocol(range: &str) -> &str {
    range.find(':').map_or("", |at| &range[..=at])
}

/// The range bound to the package that asks for it, where it means another thing for each: paths and patches.
pub fn bound(range: &str, asker: &str) -> String {
    let range = with_path_protocol(range);
    let needs_asker = match protocol(&range) {
        "file:" | "link:" | "portal:" => true,
        "patch:" => patches(&range).iter().any(|path| is_relative(path)),
        _ => false,
    };
    if !needs_asker || range.contains("::") {
        return range;
    }
    format!("{range}::locator={}", encoded(asker))
}

/// A path without a protocol is a `file:`.
fn with_path_protocol(range: &str) -> String {
    let is_path = ["./", "../", "/"].iter().any(|start| range.starts_with(start))
        || matches!(range.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    if is_path { format!("file:{range}") } else { range.to_owned() }
}

/// The patch files of a `patch:` range.
pub fn patches(range: &str) -> Vec<&str> {
    let selector = range.split_once('#').map_or("", |(_, selector)| selector);
    let selector = selector.split("::").next().unwrap_or(selector);
    selector.split('&').filter(|path| !path.is_empty()).collect()
}

/// A patch file without its flags: `optional!`, or the `~` of older releases.
pub fn patch_path(path: &str) -> &str {
    path.rsplit_once('!').map_or(path, |(_, path)| path)
}

/// Whether a patch file is looked for beside the package that asks.
fn is_relative(path: &str) -> bool {
    let path = patch_path(path);
    let is_builtin = path.trim_start_matches('~').starts_with("builtin<");
    !is_builtin && !path.starts_with("~/") && !path.starts_with('/')
}

/// The descriptor that a `patch:` range patches.
pub fn patched(range: &str) -> Option<String> {
    let source = range.strip_prefix("patch:")?.split('#').next()?;
    Some(source.replace("%3A", ":").replace("%23", "#").replace("%25", "%"))
}

/// The range that patches a descriptor with a patch that Yarn brings along.
pub fn with_builtin_patch(descriptor: &str, name: &str, is_older: bool) -> String {
    if is_older {
        return format!("patch:{descriptor}#~builtin<compat/{name}>");
    }
    let source = descriptor.replace('%', "%25").replace(':', "%3A").replace('#', "%23");
    format!("patch:{source}#optional!builtin<compat/{name}>")
}

/// Packages that Yarn patches by itself (plugin-compat of 4.18, read 2026-11).
pub const PATCHED: [&str; 3] = ["fsevents", "resolve", "typescript"];

/// Percent encoding of everything that `encodeURIComponent` encodes.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The text behind percent signs; what is no text stays as it is.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// A parameter of a reference: `__archiveUrl` of `npm:1.0.0::__archiveUrl=...`.
pub fn parameter(reference: &str, name: &str) -> Option<String> {
    let (_, parameters) = reference.split_once("::")?;
    let pairs = parameters.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| decoded(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_spelled_as_yarn_does() {
        for (range, expected) in [
            ("^1.0.0", "npm:^1.0.0"),
            ("latest", "npm:latest"),
            ("1", "npm:1"),
            ("*", "npm:*"),
            ("npm:a@^1", "npm:a@^1"),
            ("npm:>= 1.5.0 < 2", "npm:>= 1.5.0 < 2"),
            ("workspace:^", "workspace:^"),
            ("owner/name", "owner/name"),
        ] {
            assert_eq!(normal(range), expected, "{range}");
        }
        for (range, expected) in [
            ("npm:^1.0.0", "npm:^1.0.0"),
            ("./copy", "file:./copy::locator=top%40workspace%3A."),
            ("portal:./gate", "portal:./gate::locator=top%40workspace%3A."),
            ("patch:ms@npm%3A2.0.0#./note.patch", "patch:ms@npm%3A2.0.0#./note.patch::locator=top%40workspace%3A."),
            ("patch:ms@npm%3A2.0.0#~/note.patch", "patch:ms@npm%3A2.0.0#~/note.patch"),
            ("patch:a@npm%3A1#optional!builtin<compat/a>", "patch:a@npm%3A1#optional!builtin<compat/a>"),
        ] {
            assert_eq!(bound(range, "top@workspace:."), expected, "{range}");
        }
        assert_eq!(patched("patch:ms@npm%3A2.0.0#./note.patch").as_deref(), Some("ms@npm:2.0.0"));
        assert_eq!(split("@s/a@npm:^1"), Some(("@s/a", "npm:^1")));
        assert_eq!(split("a"), None);
        assert_eq!(decoded("top%40workspace%3A.%"), "top@workspace:.%");
    }
}
