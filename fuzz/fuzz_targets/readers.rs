//! No reader panics on any text; the first byte chooses the reader.
#![no_main]

use reproof::read::{READERS, read_alone};

libfuzzer_sys::fuzz_target!(|input: (u8, &str)| {
    let reader = READERS[usize::from(input.0) % READERS.len()];
    let _facts = read_alone(reader, "folder/file", input.1);
});
