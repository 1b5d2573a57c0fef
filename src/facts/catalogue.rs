//! The fact table as a page: `docs/facts.md`.

use std::fmt::Write as _;

use super::field::{Type, Unit};
use super::{HEADER_FIELDS, Kind};

/// The page that documents all kinds of fact and their fields.
pub fn catalogue() -> String {
    let mut page = String::from(
        "# Facts\n\n\
         What rules may ask about, printed from the tables in `src/facts/`; `just print` rewrites this page. \
         Every kind has the fields `name` (stays while the file is edited above it), `path` (from the root, with `/`) \
         and `service` (the service it belongs to). A value may be known, one of several, absent, or unknown with a \
         reason: docs/rule-language.md says what rules make of that.\n",
    );
    for kind in Kind::ALL {
        // Writing to a String cannot fail.
        let _infallible = write!(
            page,
            "\n## {}\n\n{}\n\n| field | type | what it is |\n|---|---|---|\n",
            kind.name(),
            kind.doc().trim()
        );
        for field in kind.fields().iter().skip(HEADER_FIELDS) {
            let _infallible = writeln!(page, "| `{}` | {} | {} |", field.name, type_words(field.ty), field.doc.trim());
        }
    }
    page
}

/// A type in words, as rule authors read it.
pub fn type_words(ty: Type) -> String {
    match ty {
        Type::Bool => "true or false".to_owned(),
        Type::Int(Unit::Count) => "number".to_owned(),
        Type::Int(Unit::Seconds) => "seconds".to_owned(),
        Type::Int(Unit::Mebibytes) => "MB (mebibytes)".to_owned(),
        Type::Int(Unit::Bytes) => "bytes".to_owned(),
        Type::Int(Unit::Days) => "days".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Texts => "list of texts".to_owned(),
        Type::Fact(kind) => format!("[{0}](#{0})", kind.name()),
        Type::Facts(kind) => format!("list of [{0}](#{0})", kind.name()),
    }
}
