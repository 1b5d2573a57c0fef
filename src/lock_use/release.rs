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

/// Whether an invocation publishes, deploys, or builds an image.
pub fn releases(invocation: &Invocation) -> bool {
    let words: Vec<&str> = invocation
        .arguments
        .iter()
        .map(|word| word.text.as_str())
        .filter(|word| !word.starts_with(['-', '+']))
        .collect();
    let publishes = |(program, forms): &(&str, &[&[&str]])| {
        *program == invocation.program && forms.iter().any(|form| words.starts_with(form))
    };
    let dry = invocation.arguments.iter().any(|word| word.text == "--dry-run");
    !dry && RELEASING.iter().any(publishes)
}
