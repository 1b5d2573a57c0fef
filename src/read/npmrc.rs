//! .npmrc: settings of npm and pnpm, as a tree of keys and values for the comparison of lockfiles.
//!
//! Lines of `key = value`; a list is `key[] = value`. Values of environment variables
//! (`${NAME}`) stay as they are written.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Settings;
use crate::syntax::{Builder, Document, Scalar, Style};

/// The reader of npm's settings.
pub const READER: Reader = Reader { name: "npmrc", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == ".npmrc" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Settings { document: Some(Arc::new(tree(file))), ..Settings::new(header, "npm") });
}

fn tree(file: &File<'_>) -> Document {
    let mut builder = Builder::new(file.source, Arc::clone(file.text));
    builder.open_map(0);
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((key, value)) = line.split_once('=') else { continue };
        let name = key.trim();
        if name.is_empty() || name.starts_with([';', '#', '[']) {
            continue;
        }
        let key_at = start + key.len() - key.trim_start().len();
        let value_at = start + key.len() + 1 + value.len() - value.trim_start().len();
        let value = value.trim();
        let bare = value.strip_prefix(['"', '\'']).and_then(|rest| rest.strip_suffix(['"', '\'']));
        let text = bare.unwrap_or(value);
        let inner = value_at + usize::from(bare.is_some());
        scalar(&mut builder, key_at..key_at + name.len(), key_at..key_at + name.len(), Style::Plain);
        let style = if bare.is_some() { Style::Quoted } else { Style::Plain };
        scalar(&mut builder, value_at..value_at + value.len(), inner..inner + text.len(), style);
    }
    builder.close(file.text.len());
    builder.finish()
}

fn scalar(builder: &mut Builder, outer: std::ops::Range<usize>, inner: std::ops::Range<usize>, style: Style) {
    builder.scalar(Scalar::Text, style, outer, inner, None);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn lines_become_entries() {
        let text = "; a word\n# another\nauto-install-peers=false\r\n@shop:registry = \"https://npm.example.com/\"\n[section]\nnonsense\n=x\nempty=\nquote=\"\n";
        let output = read_alone(&READER, ".npmrc", text);
        let document = output.facts.settings[0].document.clone();
        let entries: Vec<(String, String)> = document
            .iter()
            .flat_map(|document| document.root().own_entries())
            .map(|entry| (entry.key.scalar().unwrap_or("").to_owned(), entry.value.scalar().unwrap_or("").to_owned()))
            .collect();
        let expected = [
            ("auto-install-peers", "false"),
            ("@shop:registry", "https://npm.example.com/"),
            ("empty", ""),
            ("quote", "\""),
        ];
        assert_eq!(entries, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
}
