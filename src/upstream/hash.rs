//! Hashes of files, in one form however a registry or a lockfile spells them.

use std::fmt;

/// An algorithm, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Algorithm {
    /// MD5: 16 bytes.
    Md5,
    /// SHA-1: 20 bytes.
    Sha1,
    /// SHA-256: 32 bytes.
    Sha256,
    /// SHA-384: 48 bytes.
    Sha384,
    /// SHA-512: 64 bytes.
    Sha512,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// Its name in lockfiles: `sha256`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// The algorithm of a name, in any case.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.word().eq_ignore_ascii_case(word))
    }

    /// How many bytes it makes.
    pub fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A hash of a file. Two are comparable only if their algorithms are one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash {
    /// The algorithm.
    pub algorithm: Algorithm,
    bytes: Box<[u8]>,
}

impl Hash {
    /// Hexadecimal digits; `None` when they are not as many as the algorithm makes.
    pub fn from_hex(algorithm: Algorithm, digits: &str) -> Option<Self> {
        let digits = digits.trim().as_bytes();
        if digits.len() != algorithm.length() * 2 {
            return None;
        }
        let bytes: Option<Box<[u8]>> =
            digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
        Some(Self { algorithm, bytes: bytes? })
    }

    /// What hashing gave; `None` when that is not as long as the algorithm makes it.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Option<Self> {
        (bytes.len() == algorithm.length()).then(|| Self { algorithm, bytes: bytes.into() })
    }

    /// `sha256:0123...`, as Python's tools write it.
    pub fn parse(text: &str) -> Option<Self> {
        let (algorithm, digits) = text.trim().split_once([':', '='])?;
        Self::from_hex(Algorithm::of(algorithm)?, digits)
    }

    /// The hashes of a subresource integrity, as Node's tools write it: `sha512-... sha1-...`, in base 64.
    pub fn integrity(text: &str) -> Vec<Self> {
        let one = |word: &str| {
            let (algorithm, digits) = word.split_once('-')?;
            let digits = digits.split('?').next().unwrap_or(digits);
            Self::from_bytes(Algorithm::of(algorithm)?, &from_base64(digits)?)
        };
        text.split_whitespace().filter_map(one).collect()
    }

    /// Its hexadecimal digits.
    pub fn hex(&self) -> String {
        self.bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.word(), self.hex())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a hash"))
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Base 64 with or without padding; `None` for anything else.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hash_in_three_spellings() {
        let hex = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let parsed = Hash::parse(&format!("SHA1:{}", hex.to_uppercase()));
        assert_eq!(parsed.as_ref().map(ToString::to_string), Some(format!("sha1:{hex}")));
        assert_eq!(Hash::integrity("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=?x sha9-AA"), Vec::from_iter(parsed.clone()));
        assert_eq!(Hash::from_hex(Algorithm::Sha1, hex), parsed);
    }

    #[test]
    fn what_is_no_hash() {
        for text in ["sha1:da39", "sha1", "sha9:00", "sha1:zz39a3ee5e6b4b0d3255bfef95601890afd80709", ""] {
            assert_eq!(Hash::parse(text), None, "{text}");
        }
        assert_eq!(Hash::integrity("sha512-abc sha1-*"), []);
    }
}
