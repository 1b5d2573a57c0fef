//! Whether two addresses mean one git repository, as npm compares them.

/// An address without protocol, login and ending at hosts with a short form; elsewhere as it is, without `git+`.
pub(super) fn repository(address: &str) -> String {
    const SHORT: [(&str, &str); 3] =
        [("github:", "github.com"), ("gitlab:", "gitlab.com"), ("bitbucket:", "bitbucket.org")];
    let bare = address.strip_prefix("git+").unwrap_or(address);
    if let Some((prefix, host)) = SHORT.iter().find(|(prefix, _)| bare.starts_with(prefix)) {
        return format!("{host}/{}", bare[prefix.len()..].trim_end_matches(".git"));
    }
    if !bare.contains(':') && bare.split('/').count() == 2 {
        return format!("github.com/{}", bare.trim_end_matches(".git"));
    }
    let (host, path) = match bare.split_once("://") {
        Some((_, rest)) => rest.split_once('/').unwrap_or((rest, "")),
        None => bare.split_once(':').unwrap_or((bare, "")),
    };
    let host = host.rsplit('@').next().unwrap_or(host);
    let is_known = SHORT.iter().any(|(_, known)| *known == host);
    if is_known { format!("{host}/{}", path.trim_matches('/').trim_end_matches(".git")) } else { bare.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_repository() {
        let one = [
            "a/b",
            "github:a/b",
            "git@github.com:a/b.git",
            "git+ssh://git@github.com/a/b.git",
            "https://github.com/a/b",
        ];
        for spelling in one {
            assert_eq!(repository(spelling), "github.com/a/b", "{spelling}");
        }
        assert_eq!(repository("git+https://git.example.com/a.git"), "https://git.example.com/a.git");
    }
}
