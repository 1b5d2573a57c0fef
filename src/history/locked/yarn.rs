//! yarn.lock of Yarn 1 and of later Yarns, line by line.

use super::{Locked, Pin};

/// Reads a yarn.lock.
pub(super) fn read(text: &str) -> Locked {
    let is_berry = text.contains("\n__metadata:") || text.starts_with("__metadata:");
    let mut pins = Vec::new();
    let mut name = "";
    let mut version = "";
    for line in text.lines() {
        if !line.starts_with([' ', '#']) {
            (name, version) = (header(line).unwrap_or_default(), "");
            continue;
        }
        let Some(field) = line.strip_prefix("  ").filter(|field| !field.starts_with(' ')) else { continue };
        let (key, value) = field.split_once(' ').unwrap_or((field, ""));
        let value = value.trim().trim_matches('"');
        match key {
            "version" | "version:" => version = value,
            "resolution:" if is_berry => {
                let Some((own, source)) = descriptor(value) else { continue };
                let is_own = ["workspace:", "link:", "portal:", "file:"].iter().any(|word| source.starts_with(word));
                if !is_own {
                    let source = if source.starts_with("npm:") { "registry" } else { source };
                    pins.push(pin(own, version, source));
                }
            }
            "resolved" if !is_berry => {
                let is_git = value.starts_with("git") || value.contains("codeload.");
                pins.push(pin(name, version, if is_git { value } else { "registry" }));
                name = "";
            }
            _ => {}
        }
        // An entry of Yarn 1 without `resolved` comes from an offline mirror that is not named.
        if !is_berry && matches!(key, "integrity" | "dependencies:" | "optionalDependencies:") && !name.is_empty() {
            pins.push(pin(name, version, "registry"));
            name = "";
        }
    }
    pins.retain(|pin| !pin.name.is_empty() && !pin.version.is_empty());
    Locked::new(if is_berry { "yarn-berry" } else { "yarn-1" }, pins)
}

fn pin(name: &str, version: &str, source: &str) -> Pin {
    Pin { name: name.into(), version: version.into(), source: source.into() }
}

/// The name in a header such as `"@a/b@^1", "@a/b@^2":`.
fn header(line: &str) -> Option<&str> {
    let list = line.trim_end().strip_suffix(':')?;
    let first = list.split(", ").next()?.trim_matches('"');
    descriptor(first).map(|(name, _)| name)
}

/// `name@rest`, where a scope begins with `@` too.
fn descriptor(text: &str) -> Option<(&str, &str)> {
    let at = text.get(1..)?.find('@')? + 1;
    Some((&text[..at], &text[at + 1..]))
}
