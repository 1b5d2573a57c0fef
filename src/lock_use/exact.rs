//! Packages that a command names with one version each.

use super::package::is_local;
use super::{Around, Invocation};
use crate::python::name::normalize;

/// Names of packages with their versions, as their ecosystem writes both, when a command of an installer names nothing else. Variables
/// of its job are put in.
pub fn exact(invocation: &Invocation, around: Around<'_>) -> Option<Vec<(String, String)>> {
    let is_python = matches!(invocation.program.as_str(), "pip" | "uv");
    let commands = ["pip", "install", "i", "add"];
    let mut words = invocation.arguments.iter().map(|word| word.text.as_str()).peekable();
    while words.next_if(|word| commands.contains(word)).is_some() {}
    let named: Option<Vec<_>> = words
        .filter(|word| !word.starts_with('-'))
        .map(|word| {
            let text = filled(word, around)?;
            let (name, version) = match is_python {
                true => text.split_once("==").map(|(name, version)| (normalize(bare(name)), version.to_owned()))?,
                false => text.rsplit_once('@').map(|(name, version)| (name.to_owned(), version.to_owned()))?,
            };
            (!is_local(&name)).then_some((name, version))
        })
        .collect();
    named.filter(|named| !named.is_empty())
}

/// A requirement's name without extras.
fn bare(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

/// A word with the variables of its job put in; `None` when one is not known.
fn filled(word: &str, around: Around<'_>) -> Option<String> {
    let (mut done, mut rest) = (String::new(), word);
    while let Some((before, after)) = rest.split_once('$') {
        done.push_str(before);
        let inside = after.strip_prefix('{').map(|inside| inside.strip_prefix('{').unwrap_or(inside));
        let name = inside.unwrap_or(after).trim_start();
        let name = name.strip_prefix("env.").unwrap_or(name);
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
        done.push_str(around.environment.get(&name[..end]).filter(|value| !value.contains('$'))?);
        let behind = name[end..].trim_start();
        rest = if inside.is_some() { behind.trim_start_matches('}') } else { behind };
    }
    done.push_str(rest);
    Some(done)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn versions_with_variables() {
        let environment = BTreeMap::from([("V".to_owned(), "1.2.3".to_owned()), ("W".to_owned(), "$V".to_owned())]);
        for (script, expected) in [
            ("pip install Hazel[x]==1.2.3", Some("hazel 1.2.3")),
            ("uv pip install hazel==${{ env.V }}", Some("hazel 1.2.3")),
            ("pip install -q hazel==$V birch==${V}", Some("hazel 1.2.3, birch 1.2.3")),
            ("pip install hazel==$W", None),
            ("pip install hazel", None),
            ("pip install hazel==1.2.3 birch", None),
            ("npm install @a/hazel@1.2.3", Some("@a/hazel 1.2.3")),
            ("yarn add hazel@$V", Some("hazel 1.2.3")),
            ("npm install @a/hazel", None),
            ("pip install", None),
        ] {
            let commands = crate::shell::parse(script, None).expect("the text of a test parses");
            let around = Around { ci: true, environment: &environment };
            let named = super::super::invocations(&commands[0]).iter().find_map(|invocation| exact(invocation, around));
            let shown = named.map(|named| {
                named.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", ")
            });
            assert_eq!(shown.as_deref(), expected, "{script}");
        }
    }
}
