//! Files of settings for the environment of a process: `.env`.

use std::sync::Arc;

use super::{Builder, Document, Scalar, Style};
use crate::source::SourceId;

/// One map of texts: `NAME=value`, `export NAME="value"`, comments left out.
pub fn parse(source: SourceId, text: &Arc<str>) -> Document {
    let mut builder = Builder::new(source, Arc::clone(text));
    builder.open_map(0);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let own = line.trim();
        let own = own.strip_prefix("export ").unwrap_or(own);
        if let Some((name, value)) = own.split_once('=').filter(|_| !own.starts_with('#')) {
            let (name, value) = (name.trim(), plain(value));
            let at = |part: &str| {
                let offset = start + (part.as_ptr() as usize - line.as_ptr() as usize);
                offset..offset + part.len()
            };
            builder.scalar(Scalar::Text, Style::Plain, at(name), at(name), None);
            builder.scalar(Scalar::Text, Style::Plain, at(value), at(value), None);
        }
        start += line.len();
    }
    builder.close(text.len());
    builder.finish()
}

/// A value without its quotes, or without the comment behind it.
fn plain(value: &str) -> &str {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some((inner, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inner;
        }
    }
    value.split_once(" #").map_or(value, |(value, _)| value.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_out_of_quotes_and_comments() {
        let text = "# A=0\nA=1\nexport B=\"two # not three\"\nC='x' # y\nD = 4 # four\r\nE\nF=";
        let document = parse(SourceId::FIRST, &text.into());
        let root = document.root();
        let shown: Vec<_> =
            root.entries().iter().filter_map(|one| Some((one.key.text()?, one.value.text()?))).collect();
        assert_eq!(shown, [("A", "1"), ("B", "two # not three"), ("C", "x"), ("D", "4"), ("F", "")]);
    }
}
