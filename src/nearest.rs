//! "Did you mean": the known word that is nearest to a misspelt one.

/// The candidate nearest to `word`, if one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |candidate: &str| {
        let longest = word.chars().count().max(candidate.chars().count());
        let distance = strsim::damerau_levenshtein(&plain(word), &plain(candidate));
        (distance <= longest.div_ceil(3)).then_some(distance)
    };
    let ranked = candidates.into_iter().filter_map(|candidate| Some((near(candidate)?, candidate)));
    ranked.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// Case and the choice between `-` and `_` are slips, not other words. Long words are cut: no name is that long.
fn plain(word: &str) -> String {
    word.chars().take(80).map(|letter| if letter == '-' { '_' } else { letter.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let known = ["timeout", "memory", "handler", "default-timeout"];
        for (word, meant) in [
            ("timout", Some("timeout")),
            ("Timeout", Some("timeout")),
            ("default_timeout", Some("default-timeout")),
            ("memroy", Some("memory")),
            ("runtime", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
