//! Other spellings of an address or a path that lead to the same place.

/// Spellings of an address, itself not counted: without idle steps (`/./`), with or without a slash at its end.
pub(in crate::derive::lock) fn spellings(text: &str) -> Vec<String> {
    let (place, fragment) = text.find('#').map_or((text, ""), |at| text.split_at(at));
    let bare = plain(place);
    let forms = [bare.clone(), format!("{bare}/"), format!("{}/", place.trim_end_matches('/'))];
    let mut found: Vec<String> = forms.into_iter().map(|form| format!("{form}{fragment}")).collect();
    found.retain(|form| form != text);
    found.dedup();
    found
}

/// The address without steps that lead nowhere.
fn plain(place: &str) -> String {
    let (scheme, path) = place.find("://").map_or(("", place), |at| place.split_at(at + 3));
    let steps = path.split('/').enumerate().filter(|(index, step)| *index == 0 || !matches!(*step, "" | "."));
    let steps: Vec<&str> = steps.map(|(_, step)| step).collect();
    format!("{scheme}{}", steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings_of_addresses() {
        let cases = [
            ("file:///${ROOT}/libs/./a", "file:///${ROOT}/libs/a"),
            ("file:///${ROOT}/libs/a#egg=a", "file:///${ROOT}/libs/a/#egg=a"),
            ("https://index.example.com/simple", "https://index.example.com/simple/"),
            ("https://index.example.com/simple/", "https://index.example.com/simple"),
            ("./libs//a", "./libs/a"),
        ];
        for (now, before) in cases {
            assert!(spellings(now).iter().any(|form| form == before), "{now}: {:?}", spellings(now));
            assert!(!spellings(now).iter().any(|form| form == now), "{now}");
        }
    }
}
