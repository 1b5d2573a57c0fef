//! Commands that publish, deploy or build what is deployed.

use super::Invocation;

/// Programs with the words that make them publish or deploy; no words means any.
const RELEASING: &[(&str, &[&[&str]])] = &[
    ("sam", &[&["deploy"], &["publish"]]),
    ("cdk", &[&["deploy"]]),
    ("sls", &[&["deploy"]]),
    ("serverless", &[&["deploy"]]),
    ("terraform", &[&["apply"]]),
    ("tofu", &[&["apply"]]),
    ("pulumi", &[&["up"]]),
    ("docker", &[&["push"], &["build"], &["buildx", "build"], &["buildx", "bake"]]),
    ("podman", &[&["push"], &["build"]]),
    ("npm", &[&["publish"]]),
    ("pnpm", &[&["publish"]]),
    ("yarn", &[&["publish"], &["npm", "publish"]]),
    ("cargo", &[&["publish"], &["lambda", "deploy"]]),
    ("uv", &[&["publish"]]),
    ("poetry", &[&["publish"]]),
    ("pdm", &[&["publish"]]),
    ("twine", &[&["upload"]]),
    ("gh", &[&["release", "create"], &["release", "upload"]]),
    ("goreleaser", &[&["release"]]),
    ("aws", &[&["lambda", "update-function-code"], &["cloudformation", "deploy"], &["ecs", "update-service"]]),
    ("kubectl", &[&["apply"]]),
    ("helm", &[&["upgrade"], &["push"]]),
    ("chalice", &[&["deploy"]]),
    ("zappa", &[&["deploy"], &["update"]]),
    ("firebase", &[&["deploy"]]),
    ("wrangler", &[&["deploy"], &["publish"]]),
    ("vercel", &[&["deploy"]]),
    ("netlify", &[&["deploy"]]),
    ("fly", &[&["deploy"]]),
    ("flyctl", &[&["deploy"]]),
];

/// Programs whose builds of images stay on the machine unless they are told to push.
const BUILDERS: &[&str] = &["docker", "podman"];

/// Whether an invocation publishes, deploys, or builds an image.
pub fn releases(invocation: &Invocation) -> bool {
    is_releasing(invocation) && !is_dry(invocation)
}

/// Whether an invocation sends what it makes to where others take it from. An image that is only built stays on the machine.
pub fn sends(invocation: &Invocation) -> bool {
    releases(invocation) && !stays_here(invocation)
}

/// Whether an invocation does all that a release does but the release: `cargo publish --dry-run`.
pub fn rehearses(invocation: &Invocation) -> bool {
    is_releasing(invocation) && is_dry(invocation)
}

fn is_releasing(invocation: &Invocation) -> bool {
    let words: Vec<&str> = invocation
        .arguments
        .iter()
        .map(|word| word.text.as_str())
        .filter(|word| !word.starts_with(['-', '+']))
        .collect();
    let publishes = |(program, forms): &(&str, &[&[&str]])| {
        *program == invocation.program && forms.iter().any(|form| words.starts_with(form))
    };
    RELEASING.iter().any(publishes)
}

/// Words by which the tools' own commands do everything but the last step (their manuals, read 2026-12-01).
fn is_dry(invocation: &Invocation) -> bool {
    invocation.arguments.iter().any(|word| match (invocation.program.as_str(), word.text.as_str()) {
        (_, "--dry-run") | ("cargo", "-n") | ("goreleaser", "--snapshot") => true,
        (_, text) => text.starts_with("--dry-run=") && !matches!(text, "--dry-run=false" | "--dry-run=none"),
    })
}

/// Whether it builds an image that nothing sends anywhere.
fn stays_here(invocation: &Invocation) -> bool {
    let has = |form: fn(&str) -> bool| invocation.arguments.iter().any(|word| form(&word.text));
    BUILDERS.contains(&invocation.program.as_str())
        && !has(|word| word == "push")
        && !has(|word| word == "--push" || word.contains("push=true") || word.contains("type=registry"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_out() {
        for (script, sent, tried) in [
            ("cargo publish", true, false),
            ("cargo publish -n", false, true),
            ("npm publish --dry-run", false, true),
            ("npm publish --dry-run=false", true, false),
            ("goreleaser release --snapshot --clean", false, true),
            ("twine check dist/*", false, false),
            ("twine upload dist/*", true, false),
            ("docker build -t app .", false, false),
            ("docker buildx build --push -t app .", true, false),
            ("docker buildx build --output type=registry,name=app .", true, false),
            ("docker push app", true, false),
        ] {
            let commands = crate::shell::parse(script, None).unwrap_or_default();
            let all: Vec<_> = commands.iter().flat_map(super::super::invocations).collect();
            assert_eq!((all.iter().any(sends), all.iter().any(rehearses)), (sent, tried), "{script}");
        }
    }
}
