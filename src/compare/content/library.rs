//! Static libraries: the `ar` format, whose headers hold time, owner and mode of each member.

const MAGIC: &[u8] = b"!<arch>\n";

/// Bytes of a header before each member.
const HEADER: usize = 60;

/// The library with the headers' times, owners and modes taken away; `None` for anything else.
pub(super) fn without_headers(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.strip_prefix(MAGIC).map(|_| bytes.to_vec())?;
    let mut at = MAGIC.len();
    while let Some(header) = bytes.get(at..at + HEADER) {
        let size = std::str::from_utf8(&header[48..58]).ok()?.trim().parse::<usize>().ok()?;
        out[at + 16..at + 48].fill(b' ');
        // Members begin at even places.
        at = at.checked_add(HEADER)?.checked_add(size)?.checked_add(size % 2)?;
    }
    Some(out)
}
