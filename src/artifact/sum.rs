//! Digests of what streams by: the bytes as they are, and as text with one kind of line end.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use super::Digest;

/// A buffer that is large enough for disks and small enough for many threads.
const BUFFER: usize = 64 * 1024;

/// What was read.
#[derive(Debug, Clone)]
pub(super) struct Sum {
    pub(super) bytes: u64,
    pub(super) sha256: Digest,
    /// With `\n` for other line ends, where that differs and no byte is zero.
    pub(super) plain: Option<Digest>,
}

/// Reads to the end, at most `limit` bytes; `None` when there are more.
pub(super) fn sum(mut reader: impl Read, limit: u64) -> io::Result<Option<Sum>> {
    let mut whole = Sha256::new();
    let mut plain: Option<Sha256> = None;
    let mut is_text = true;
    let mut after_return = false;
    let mut bytes = 0u64;
    let mut buffer = vec![0; BUFFER];
    let mut scratch = Vec::new();
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let chunk = &buffer[..count];
        bytes += count as u64;
        if bytes > limit {
            return Ok(None);
        }
        is_text = is_text && memchr::memchr(0, chunk).is_none();
        if is_text && (plain.is_some() || memchr::memchr(b'\r', chunk).is_some()) {
            let mut hasher = plain.take().unwrap_or_else(|| whole.clone());
            scratch.clear();
            after_return = unreturned(chunk, after_return, &mut scratch);
            hasher.update(&scratch);
            plain = Some(hasher);
        }
        whole.update(chunk);
    }
    let plain = plain.filter(|_| is_text).map(|hasher| hasher.finalize().into());
    Ok(Some(Sum { bytes, sha256: whole.finalize().into(), plain }))
}

/// Writes a chunk with `\n` for `\r\n` and `\r`; gives whether its last byte is a `\r`. `after_return` says whether
/// the chunk before it ended so.
pub fn unreturned(chunk: &[u8], mut after_return: bool, out: &mut Vec<u8>) -> bool {
    for byte in chunk {
        match byte {
            b'\r' => out.push(b'\n'),
            b'\n' if after_return => {}
            other => out.push(*other),
        }
        after_return = *byte == b'\r';
    }
    after_return
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Gives one byte at a time.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.take(1).read(buffer).inspect(|count| self.0 = &self.0[*count..])
        }
    }

    #[test]
    fn line_ends_are_made_one() {
        for (text, plain) in [("a\r\nb\rc\n", "a\nb\nc\n"), ("\r\r\n\n", "\n\n\n")] {
            for found in [sum(text.as_bytes(), 99).unwrap().unwrap(), sum(Drip(text.as_bytes()), 99).unwrap().unwrap()]
            {
                assert_eq!(found.sha256, <[u8; 32]>::from(Sha256::digest(text)));
                assert_eq!(found.plain.unwrap(), <[u8; 32]>::from(Sha256::digest(plain)));
            }
        }
        for bytes in [&b"plain\n"[..], b"\r\n\0"] {
            assert!(sum(bytes, 99).unwrap().unwrap().plain.is_none());
        }
        assert!(sum(&b"abc"[..], 2).unwrap().is_none());
    }
}
