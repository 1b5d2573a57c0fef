//! Files of settings that differ between machines: `.env` and its kin.

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Stray};
use crate::path;
use crate::syntax::{Document, dotenv};
use crate::value::Value;

/// Looks for secrets in them; whether git tracks the file is for others to say.
pub const READER: Reader = Reader { name: "env_file", role: "other", claims, read };

/// Endings of files that show what an `.env` needs without holding it.
const SHOWN: &[&str] = &["example", "sample", "template", "test", "dist", "defaults", "schema", "ci"];

/// Endings of files that hold it encrypted.
const ENCRYPTED: &[&str] = &["enc", "encrypted", "gpg", "asc", "age", "vault", "kms"];

/// Words in the name of a setting that is a secret.
const SECRETS: &[&str] =
    &["SECRET", "SECRETS", "TOKEN", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "APIKEY"];

/// Words before `KEY` in the name of a setting that is a secret.
const KEYS: &[&str] = &["API", "ACCESS", "PRIVATE", "ENCRYPTION", "SIGNING", "AUTH"];

fn claims(path: &str) -> Claim {
    let name = path::file_name(path);
    let holds = |end: &str| !end.split('.').any(|part| SHOWN.contains(&part) || ENCRYPTED.contains(&part));
    let is_meant = name == ".env" || name.strip_prefix(".env.").is_some_and(holds);
    if is_meant { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    output.facts.add(Stray {
        header: file.header(&**file.path, file.span(0..0)),
        form: "settings".to_owned(),
        place: file.path.to_string(),
        file_count: Count(1),
        secret: secret(&dotenv::parse(file.source, file.text)),
    });
}

/// The first setting that holds a secret.
fn secret(document: &Document) -> Value<String> {
    let entries = document.root().entries();
    let found = entries.iter().find_map(|entry| {
        let (name, value) = (entry.key.text()?, entry.value.text()?);
        ((names_secret(name) && is_filled(value)) || has_password(value)).then(|| (name, entry.key.span()))
    });
    found.map_or_else(Value::absent, |(name, span)| Value::written(name.to_owned(), span))
}

fn names_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let words: Vec<&str> = name.split(['_', '-', '.']).collect();
    let is_key = |pair: &[&str]| KEYS.contains(&pair[0]) && pair[1] == "KEY";
    words.iter().any(|word| SECRETS.contains(word)) || words.windows(2).any(is_key)
}

/// Whether a value is one, and neither another variable nor a blank to be filled in.
fn is_filled(value: &str) -> bool {
    let is_blank = value.is_empty() || value.starts_with(['$', '<', '{']);
    !is_blank && !matches!(value.to_ascii_lowercase().as_str(), "changeme" | "change_me" | "change-me" | "none" | "null")
}

/// An address with a password in it: `postgres://shop:hunter2@db/shop`.
fn has_password(value: &str) -> bool {
    let account = value.split_once("://").and_then(|(_, rest)| rest.split('/').next()?.rsplit_once('@'));
    let password = account.and_then(|(account, _)| account.split_once(':')).map(|(_, password)| password);
    password.is_some_and(is_filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn secrets_are_told_by_their_names_and_by_passwords_in_addresses() {
        for (text, found) in [
            ("COMPOSE_PROJECT_NAME=shop\nKEYBOARD=de\nPUBLIC_KEY=abc\nTOKENS_PER_MINUTE=5", None),
            ("A=1\nDB_PASSWORD=hunter2", Some("DB_PASSWORD")),
            ("STRIPE_API_KEY=sk_1", Some("STRIPE_API_KEY")),
            ("aws_secret_access_key='x'", Some("aws_secret_access_key")),
            ("API_TOKEN=\nSECRET=${FROM_ELSEWHERE}\nPASSWORD=changeme", None),
            ("DATABASE_URL=postgres://shop:hunter2@db/shop", Some("DATABASE_URL")),
            ("DATABASE_URL=postgres://shop@db/shop\nOTHER=postgres://shop:${PW}@db/shop", None),
        ] {
            let value = secret(&dotenv::parse(SourceId::FIRST, &text.into()));
            assert_eq!(value.known().map(String::as_str), found, "{text}");
        }
    }
}
