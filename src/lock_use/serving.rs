//! Commands that start a server for developers: it rebuilds what changes, or says itself that it is not for production.

use super::{Invocation, call, checks, checks_by_name};
use crate::sample;

/// Programs that start what they are given again when a file changes, or under a debugger, whatever their words are.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "nodemon", "ts-node-dev", "tsnd", "webpack-dev-server", "start-storybook", "live-server", "browser-sync", "air", "reflex",
    "CompileDaemon", "gow", "realize", "modd", "dlv", "bacon", "watchexec", "cargo-watch", "sphinx-autobuild", "watchmedo", "hupper",
    "debugpy", "guard", "rerun",
];

/// Programs that put load on a service.
const LOADING: &[&str] = &["artillery", "k6", "locust", "newman", "jmeter", "gatling"];

/// Programs with the first words that make them serve developers, by their manuals (read 2026-12-01).
const WORDS: &[(&str, &[&str])] = &[
    ("next", &["dev"]),
    ("nuxt", &["dev"]),
    ("nuxi", &["dev"]),
    ("astro", &["dev"]),
    ("remix", &["dev", "vite:dev"]),
    ("react-router", &["dev"]),
    ("svelte-kit", &["dev"]),
    ("gatsby", &["develop"]),
    ("strapi", &["develop"]),
    ("ng", &["serve"]),
    ("vue-cli-service", &["serve"]),
    ("react-scripts", &["start"]),
    ("craco", &["start"]),
    ("webpack", &["serve"]),
    ("storybook", &["dev"]),
    ("wrangler", &["dev"]),
    ("expo", &["start"]),
    ("turbo", &["dev"]),
    ("tsx", &["watch"]),
    ("docusaurus", &["start"]),
    ("vitepress", &["dev"]),
    ("fastapi", &["dev"]),
    ("strawberry", &["dev", "server"]),
    ("mkdocs", &["serve"]),
    ("jekyll", &["serve", "server"]),
    ("symfony", &["serve", "server:start"]),
    ("dotnet", &["watch"]),
    ("cargo", &["watch"]),
    ("trunk", &["serve"]),
    ("mvn", &["quarkus:dev"]),
    ("quarkus", &["dev"]),
    ("serverless", &["offline"]),
    ("sls", &["offline"]),
    ("sam", &["local"]),
    ("sleep", &["infinity"]),
];

/// Programs with options that make them watch files or debug.
const OPTIONS: &[(&str, &[&str])] = &[
    ("flask", &["--debug", "--reload"]),
    ("uvicorn", &["--reload"]),
    ("gunicorn", &["--reload"]),
    ("hypercorn", &["--reload"]),
    ("granian", &["--reload"]),
    ("node", &["--watch"]),
    ("nest", &["--watch"]),
    ("bun", &["--watch", "--hot"]),
    ("tail", &["/dev/null"]),
    ("foreman", &["Procfile.dev"]),
];

/// Django's server, of which its manual says that it is not for production.
const DJANGO: &[&str] = &["runserver", "runserver_plus"];

/// Programs that run another one, or a script of package.json, and the words that make them do it.
const RUNNERS: &[&str] = &["npm", "npx", "pnpm", "pnpx", "yarn", "bun", "bunx"];
const RUNNING: &[&str] = &["run", "run-script", "exec", "x", "dlx"];

/// Shells that run a script by its path.
const SHELLS: &[&str] = &["bash", "sh", "ash", "dash", "zsh"];

/// Whether an invocation serves developers, or tests, as no image does that is deployed.
pub fn serves_developers(invocation: &Invocation) -> bool {
    let program = invocation.program.as_str();
    let words = || invocation.arguments.iter().map(|word| word.text.as_str());
    let first = words().find(|word| !word.starts_with('-')).unwrap_or("");
    let behind = runs(invocation);
    if behind.is_some_and(|behind| serves_developers(&behind)) {
        return true;
    }
    let is_vite = program == "vite" && !matches!(first, "build" | "preview" | "optimize");
    let by_words = WORDS.iter().any(|(name, forms)| *name == program && forms.contains(&first));
    let by_options = OPTIONS.iter().any(|(name, forms)| *name == program && words().any(|word| forms.contains(&word)));
    let is_django = (program.starts_with("python") || matches!(program, "manage.py" | "django-admin"))
        && words().any(|word| DJANGO.contains(&word));
    let is_artisan = program == "php" && first.ends_with("artisan") && words().any(|word| word == "serve");
    let script = if SHELLS.contains(&program) { first } else { program };
    let is_recipe = || {
        let is_for_developers = |name: &String| sample::speaks_of_developers(name);
        call(invocation).is_some_and(|call| call.names.iter().any(is_for_developers))
    };
    // `./run-tests.sh`
    let is_suite = script.ends_with(".sh") && checks_by_name(crate::path::file_name(script)) == "test";
    PROGRAMS.contains(&program)
        || LOADING.contains(&program)
        || is_suite
        || is_vite
        || by_words
        || by_options
        || is_django
        || is_artisan
        || checks(invocation) == "test"
        || sample::speaks_of_developers(crate::path::file_name(script))
        || is_recipe()
}

/// What a package manager of the Node world runs: `npx vite`, `pnpm vite`, `yarn run vite`.
fn runs(invocation: &Invocation) -> Option<Invocation> {
    let is_word = |text: &str| !text.starts_with('-') && !RUNNING.contains(&text);
    let at = invocation.arguments.iter().position(|word| is_word(&word.text))?;
    let (program, arguments) = invocation.arguments[at..].split_first()?;
    let inner = Invocation { program: program.text.clone(), arguments: arguments.to_vec(), ..invocation.clone() };
    RUNNERS.contains(&invocation.program.as_str()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock_use::invocations;
    use crate::shell;

    #[test]
    fn servers_of_developers() {
        for (script, expected) in [
            ("npm run dev", true),
            ("yarn start:dev -p 80", true),
            ("pnpm dev", true),
            ("npm start", false),
            ("yarn build", false),
            ("npx next dev", true),
            ("next start", false),
            ("vite", true),
            ("vite --host 0.0.0.0", true),
            ("pnpm vite --port 3000", true),
            ("vite preview", false),
            ("python manage.py runserver 0.0.0.0:8000", true),
            ("python manage.py migrate && ./manage.py runserver", true),
            ("sh -c 'python3 manage.py runserver'", true),
            ("gunicorn app:app", false),
            ("gunicorn --reload app:app", true),
            ("uvicorn app:app --reload", true),
            ("flask run --host 0.0.0.0", false),
            ("flask --debug run", true),
            ("poetry run pytest", true),
            ("bundle exec rspec", true),
            ("npx playwright test", true),
            ("./start-dev.sh", true),
            ("bash scripts/dev.sh", true),
            ("./devices.sh", false),
            ("bin/dev", true),
            ("cargo watch -x run", true),
            ("tail -f /dev/null", true),
            ("tail -f /var/log/app.log", false),
            ("php artisan serve --host 0.0.0.0", true),
            ("dotnet watch run", true),
            ("node server.js", false),
            ("node --watch server.js", true),
            ("bash", false),
            ("serverless offline", true),
            ("artillery run load.yml", true),
            ("/run-tests.sh", true),
            ("sh ./latest.sh", false),
        ] {
            let commands = shell::parse(script, None).unwrap_or_default();
            let found = commands.iter().flat_map(invocations).any(|invocation| serves_developers(&invocation));
            assert_eq!(found, expected, "{script}");
        }
    }
}
