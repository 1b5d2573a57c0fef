//! What commands do with lockfiles, as a table.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn shown(script: &str, ci: bool) -> String {
    let commands = crate::shell::parse(script, Some("")).unwrap();
    let mut parts = Vec::new();
    for invocation in commands.iter().flat_map(invocations) {
        let environment: BTreeMap<String, String> = invocation.environment.iter().cloned().collect();
        let Some(effect) = effect(&invocation, Around { ci, environment: &environment }) else { continue };
        let mut part = format!("{} {}", effect.tool, effect.lock_use.map_or("?", LockUse::word));
        if !effect.unpinned.is_empty() {
            part.push_str(&format!(" [{}]", effect.unpinned.join(" ")));
        }
        if let Some(directory) = effect.directory {
            part.push_str(&format!(" in {directory}"));
        }
        if let Some(change) = effect.change.filter(|_| invocation.literal) {
            let changed = [&script[..change.place.start], &change.text, &script[change.place.end..]].concat();
            part.push_str(&format!(" -> {changed}"));
        }
        parts.push(part);
    }
    parts.join("; ")
}

#[test]
fn python_commands() {
    let cases = [
        ("uv sync --locked", "uv proves"),
        ("uv sync --frozen --no-dev", "uv uses"),
        ("uv sync", "uv may-rewrite -> uv sync --locked"),
        ("uv sync --all-extras", "uv may-rewrite -> uv sync --locked --all-extras"),
        ("UV_LOCKED=1 uv sync", "uv proves"),
        ("UV_FROZEN=true uv run pytest", "uv uses"),
        ("uv run pytest -q", "uv may-rewrite -> uv run --locked pytest -q"),
        ("uv run --no-sync pytest --locked", "uv none"),
        ("uv sync $FLAGS", "uv ?"),
        ("uv run pytest $FLAGS", "uv may-rewrite -> uv run --locked pytest $FLAGS"),
        ("uv run --with ruff ruff check", "uv may-rewrite [ruff] -> uv run --locked --with ruff ruff check"),
        ("uv run --no-project --with ruff==0.8.4 ruff", "uv none"),
        ("uv --project api sync", "uv may-rewrite in api -> uv --project api sync --locked"),
        ("uv lock --check", "uv proves"),
        ("uv lock", "uv rewrites"),
        ("uv lock --upgrade", "uv rewrites"),
        ("uv add httpx", "uv rewrites"),
        ("uv pip install httpx", "pip installs [httpx]"),
        ("uv pip sync requirements.txt", "pip uses"),
        (
            "uv pip install --system --python-preference system --requirements r.txt",
            "pip uses -> uv pip install --require-hashes --system --python-preference system --requirements r.txt",
        ),
        ("uv tool install ruff==0.8.4", "uv-tool installs"),
        ("uv tool install ruff", "uv-tool installs [ruff]"),
        ("uvx ruff@0.8.4 check", "uv-tool installs"),
        ("uvx ruff check", "uv-tool installs [ruff]"),
        ("uvx --from 'ruff==0.8.4' ruff", "uv-tool installs"),
        ("uv run pip install x", "uv may-rewrite -> uv run --locked pip install x; pip installs [x]"),
        ("uv build", ""),
        ("pip install hazel-tools", "pip installs [hazel-tools]"),
        ("pip install --no-cache-dir a b==1.2 'c>=3' d[x]~=1", "pip installs [a c d]"),
        ("python3.12 -m pip install -U pip", "pip installs"),
        ("pip3 install --upgrade pip setuptools wheel build", "pip installs [build]"),
        ("sudo -H pip install awscli", "pip installs [awscli]"),
        ("pip install --require-hashes -r r.txt", "pip uses"),
        ("pip install -r r.txt -t build/", "pip uses -> pip install --require-hashes -r r.txt -t build/"),
        ("pip install -c c.txt x", "pip installs"),
        ("pip install .", "pip ignores in ."),
        ("pip install -e '.[dev]'", "pip ignores in ."),
        ("pip install --no-deps -e .", "pip none"),
        ("pip install -r r.txt -e.", "pip uses"),
        ("pip install -r r.txt '.[dev]'", "pip uses"),
        ("pip install dist/*.whl", "pip none"),
        ("pip install $PACKAGE x==$V", "pip installs"),
        ("pip install git+https://example.com/x.git", "pip installs [git+https://example.com/x.git]"),
        ("pip install --index-url https://example.com/simple x==1", "pip installs"),
        ("pip list", ""),
        (
            "uv pip install --requirements lib/pylock.toml",
            "pip uses -> uv pip install --require-hashes --requirements lib/pylock.toml",
        ),
        ("pipx run build", "pipx installs [build]"),
        ("pipx install 'poetry==2.1.3'", "pipx installs"),
        ("poetry install --no-root", "poetry proves"),
        ("poetry lock", "poetry rewrites"),
        ("poetry -C api check --lock", "poetry proves in api"),
        ("pdm install", "pdm may-rewrite -> pdm install --check"),
        ("pdm sync --prod", "pdm uses"),
        ("pipenv install --dev", "pipenv may-rewrite -> pipenv install --deploy --dev"),
        ("pipenv install --deploy", "pipenv proves"),
        ("pip-compile requirements.in", "pip-tools rewrites"),
    ];
    for (script, expected) in cases {
        assert_eq!(shown(script, true), expected, "{script}");
    }
}

#[test]
fn node_commands() {
    let cases = [
        ("npm ci", true, "npm proves"),
        ("npm install", true, "npm may-rewrite -> npm ci"),
        ("npm i --no-audit", true, "npm may-rewrite -> npm ci --no-audit"),
        ("npm install --workspaces", true, "npm may-rewrite"),
        ("npm --prefix web install", true, "npm may-rewrite in web -> npm --prefix web ci"),
        ("npm install -g aws-cdk typescript@5.4.2", true, "npm installs [aws-cdk]"),
        ("npm install ./x.tgz", true, "npm installs"),
        ("npm i -g npm@latest", true, "npm installs [npm]"),
        ("npm install github:o/r#0123456789abcdef0123456789abcdef01234567", true, "npm installs"),
        ("npm install --package-lock-only", true, "npm rewrites"),
        ("npm install --no-package-lock", true, "npm ignores"),
        ("npm install ${{ inputs.args }}", true, "npm ?"),
        ("npm update", true, "npm rewrites"),
        ("npm run build", true, ""),
        ("npm test", true, ""),
        ("npx prettier --check .", true, "npx installs [prettier]"),
        ("npx --no-install prettier", true, "npx none"),
        ("npx @scope/x@1.2.3 y", true, "npx installs"),
        ("yarn", true, "yarn may-rewrite"),
        ("yarn install --frozen-lockfile", true, "yarn proves"),
        ("yarn --immutable", true, "yarn proves"),
        ("yarn install", false, "yarn may-rewrite -> yarn install --frozen-lockfile"),
        ("yarn build", true, ""),
        ("pnpm install -g serverless", true, "pnpm installs [serverless]"),
        ("yarn global add serverless", true, "yarn-global installs [serverless]"),
        ("pnpm install", true, "pnpm proves"),
        ("pnpm install", false, "pnpm may-rewrite -> pnpm install --frozen-lockfile"),
        ("pnpm i --no-frozen-lockfile", true, "pnpm may-rewrite"),
        ("corepack pnpm install --frozen-lockfile", false, "pnpm proves"),
        ("pnpm dlx cowsay", true, "pnpm installs [cowsay]"),
        ("bun install", true, "bun may-rewrite -> bun install --frozen-lockfile"),
        ("bun ci", true, "bun proves"),
        ("bunx eslint@9.1.0", true, "bun installs"),
    ];
    for (script, ci, expected) in cases {
        assert_eq!(shown(script, ci), expected, "{script}");
    }
}

#[test]
fn other_commands() {
    let cases = [
        ("cargo build --locked --release", "cargo proves"),
        ("cargo build --release", "cargo may-rewrite -> cargo build --locked --release"),
        ("cargo +nightly test", "cargo may-rewrite -> cargo +nightly test --locked"),
        ("cargo test -- --locked", "cargo may-rewrite -> cargo test --locked -- --locked"),
        ("cargo --locked test", "cargo proves"),
        ("cross build --release", "cargo may-rewrite -> cross build --locked --release"),
        ("xx-cargo build --profile release --locked", "cargo proves"),
        ("cargo zigbuild --release", "cargo may-rewrite -> cargo zigbuild --locked --release"),
        ("maturin build --release -o dist", "cargo may-rewrite -> maturin build --locked --release -o dist"),
        ("maturin build -m core/Cargo.toml --locked", "cargo proves in core"),
        ("maturin list-python", ""),
        ("cargo fmt --check", ""),
        ("cargo metadata --no-deps --format-version 1", ""),
        ("cargo nextest run", "cargo may-rewrite"),
        (
            "cargo test --manifest-path a/Cargo.toml",
            "cargo may-rewrite in a -> cargo test --locked --manifest-path a/Cargo.toml",
        ),
        ("cargo install cargo-nextest", "cargo-install installs [cargo-nextest]"),
        ("cargo install --locked --version 0.9.1 cargo-nextest", "cargo-install installs"),
        ("cargo install cargo-nextest@0.9.1", "cargo-install installs"),
        ("cargo install --path .", "cargo ignores in ."),
        ("cargo update", "cargo rewrites"),
        ("cargo update --workspace --locked", "cargo proves"),
        ("go install example.com/x@latest", "go-install installs [example.com/x]"),
        ("go install example.com/x@v1.2.3", "go-install installs"),
        ("go build ./...", "go proves"),
        ("go build -mod=mod ./...", "go may-rewrite"),
        ("go get -v -t -d ./...", "go may-rewrite"),
        ("go get -u ./...", "go rewrites"),
        ("go get github.com/x/y", "go rewrites"),
        ("go mod graph | xargs go get", "go ?"),
        ("go mod tidy", "go rewrites"),
        ("gem install bundler", "gem installs [bundler]"),
        ("gem install bundler -v 2.5.1", "gem installs"),
        ("bundle install", "bundler may-rewrite"),
        ("bundle --retry=5 --jobs=4 --without=development", "bundler may-rewrite"),
        ("bundle --deployment", "bundler proves"),
        ("bundler -v", ""),
        ("BUNDLE_FROZEN=1 bundle install", "bundler proves"),
        ("composer install", "composer uses"),
        ("composer update", "composer rewrites"),
        (
            "terraform -chdir=infra init",
            "terraform may-rewrite in infra -> terraform -chdir=infra init -lockfile=readonly",
        ),
        ("terraform init -upgrade", "terraform rewrites"),
        ("terraform plan", ""),
        ("bash -c 'cd x && uv sync'", "uv may-rewrite"),
        ("env -u A B=1 timeout 60 npm ci", "npm proves"),
        ("echo 'npm install'", ""),
        ("$NPM install", ""),
    ];
    for (script, expected) in cases {
        assert_eq!(shown(script, true), expected, "{script}");
    }
}

#[test]
fn releases_are_told_from_checks() {
    let does = |script: &str| {
        crate::shell::parse(script, None).unwrap().iter().flat_map(invocations).any(|invocation| releases(&invocation))
    };
    assert!(does("sam deploy --guided"));
    assert!(does("docker build -t x ."));
    assert!(does("npx cdk diff && npm publish --access public"));
    assert!(!does("cargo publish --dry-run"));
    assert!(!does("terraform plan"));
}

#[test]
fn recipes_that_commands_run() {
    let cases = [
        ("make -C web test V=1", "make [test] web -"),
        ("make", "make []  -"),
        ("make -f ci.mk $X", ""),
        ("make test $X", "make [test]  -"),
        ("make V=$V", "make []  -"),
        ("just $X", ""),
        ("npm run $X lint", ""),
        ("tox -e $X", ""),
        ("task $X", ""),
        ("just --justfile a/justfile lint fix", "just [lint]  a/justfile"),
        ("npm run build -- --x", "package-script [build]  -"),
        ("npm t", "package-script [test]  -"),
        ("npm --prefix web run x", "package-script [x] web -"),
        ("npm run x -w a", ""),
        ("npm ci", ""),
        ("yarn lint --fix", "package-script [lint]  -"),
        ("yarn install", ""),
        ("pnpm -C web lint", "package-script [lint] web -"),
        ("bun run x", "package-script [x]  -"),
        ("tox -e lint,py312", "tox [lint py312]  -"),
        ("nox -s lint test-3.12", "nox [lint]  -"),
        ("nox", "nox []  -"),
        ("task build -d web", "task [build] web -"),
        ("task", "task [default]  -"),
        ("mise run test", "mise [test]  -"),
        ("mise install", ""),
        ("./scripts/ci.sh --fast", "shell-script []  ./scripts/ci.sh"),
        ("bash -eux scripts/ci.sh", "shell-script []  scripts/ci.sh"),
        ("sudo scripts/ci.sh", "shell-script []  scripts/ci.sh"),
        ("bash /opt/x.sh", ""),
        ("sh -c 'make x'", "make [x]  -"),
        ("$TOOL run", ""),
    ];
    for (script, expected) in cases {
        let commands = crate::shell::parse(script, Some("")).unwrap();
        let found: Vec<String> = commands
            .iter()
            .flat_map(invocations)
            .filter_map(|invocation| call(&invocation))
            .map(|call| {
                format!(
                    "{} [{}] {} {}",
                    call.runner,
                    call.names.join(" "),
                    call.directory,
                    call.file.unwrap_or("-".to_owned())
                )
            })
            .collect();
        assert_eq!(found.join("; "), expected, "{script}");
    }
}
