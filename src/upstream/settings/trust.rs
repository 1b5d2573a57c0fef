//! Certificate authorities that the user's own settings name, beside those of the system.

use super::{Home, ini};

/// Whom the user trusts beside the system.
#[derive(Debug, Clone, Default)]
pub(in crate::upstream) struct Trust {
    /// Texts with certificates of authorities (PEM).
    pub(in crate::upstream) authorities: Vec<String>,
    /// The setting that turns the look at certificates off, which is not followed.
    pub(in crate::upstream) unfollowed: Option<&'static str>,
}

/// Variables of pip and of what it is built on, of Node, npm and Cargo, that name a file of certificates.
const FILES: &[&str] = &[
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "NPM_CONFIG_CAFILE",
    "npm_config_cafile",
    "CARGO_HTTP_CAINFO",
];

/// Variables that turn the look at certificates off, each with the word for it; any word where there is none.
const OFF: &[(&str, Option<&str>)] = &[
    ("PIP_TRUSTED_HOST", None),
    ("NPM_CONFIG_STRICT_SSL", Some("false")),
    ("npm_config_strict_ssl", Some("false")),
    ("NODE_TLS_REJECT_UNAUTHORIZED", Some("0")),
];

impl Trust {
    pub(super) fn read(home: &Home) -> Self {
        let mut trust = Self::default();
        for name in FILES {
            trust.add(home.named(name));
        }
        for (_, key, value) in home.pip_files().flat_map(|text| ini::entries(&text)) {
            match key.replace('_', "-").as_str() {
                "cert" => trust.add(home.absolute(value.trim())),
                "trusted-host" => trust.unfollowed = Some("trusted-host"),
                _ => {}
            }
        }
        for (_, key, value) in home.npm_files().flat_map(|text| ini::entries(&text)) {
            let Some(value) = home.filled(&value) else { continue };
            match key.as_str() {
                "cafile" => trust.add(home.absolute(&value)),
                // A certificate itself, with `\n` for its line ends.
                "ca" | "ca[]" => trust.add(Some(value.replace("\\n", "\n"))),
                "strict-ssl" if value == "false" => trust.unfollowed = Some("strict-ssl"),
                _ => {}
            }
        }
        if let Some(http) = home.cargo_file("config").as_ref().and_then(|table| table.get("http")) {
            trust.add(http.get("cainfo").and_then(toml::Value::as_str).and_then(|path| home.absolute(path)));
        }
        for (name, off) in OFF {
            if home.variable(name).is_some_and(|value| off.is_none_or(|off| value == off)) {
                trust.unfollowed = Some(name);
            }
        }
        trust
    }

    fn add(&mut self, text: Option<String>) {
        self.authorities.extend(text);
    }
}
