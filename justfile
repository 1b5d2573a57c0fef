# Conveniences. Neither the two commands of the README nor .ci/run need them.

# What CI runs.
ready:
    bash .ci/run

# Rewrite the printed documents (docs/facts.md, docs/rules.md, the schemas) and the snapshots.
print:
    REPROOF_PRINT=1 cargo test --test main printed
    INSTA_UPDATE=always cargo test

# Compare lock verdicts with the real tools (installs them into oracle-cache/).
oracle *ARGS:
    cargo build --release --locked
    python3 -m tools.oracle --reproof target/release/reproof {{ARGS}}

# Make lockfiles with uv, npm and cargo on the spot and rehearse them against the registries.
live *ARGS:
    cargo build
    python3 -m tools.live --reproof target/debug/reproof {{ARGS}}

# Time reproof on generated monorepos of 10, 100 and 1000 services beside the floor, on workflows and Dockerfiles beside zizmor and hadolint, and as a hook under pre-commit.
bench *ARGS:
    cargo build --release --locked
    python3 benches/corpus.py --reproof target/release/reproof {{ARGS}}
    python3 benches/peers.py --reproof target/release/reproof
    python3 benches/hook.py --reproof target/release/reproof

# Time the readers of large lockfiles; a directory gives the uv.lock files to read.
bench-locks *DIRECTORY:
    cargo bench --bench locks -- {{DIRECTORY}}

# Run one fuzz target for a minute (needs cargo-fuzz; the compiler that is pinned lends its unstable flags for it).
fuzz TARGET:
    RUSTC_BOOTSTRAP=1 cargo fuzz run --dev --sanitizer none {{TARGET}} -- -max_total_time=60

# Compare what reproof reads of functions with the CDK and the Serverless Framework, and with SAM's translator for a directory of templates.
oracle-lambda *ARGS:
    cargo build
    python3 -m tools.oracle_lambda --reproof target/debug/reproof {{ARGS}}

# Compare predicted package sizes with what pip installs (needs uv and the network).
package-size *ARGS:
    cargo build
    python3 -m tools.package_size --reproof target/debug/reproof {{ARGS}}

# Test the action, the hooks, the wheel and the reports from the outside (installs its tools into a cache).
delivery *ARGS:
    cargo build --locked
    REPROOF_BINARY=target/debug/reproof python3 -m tests.delivery {{ARGS}}

# Run the documented DuckDB query over appended trend lines (needs the PyPI package duckdb).
trend-query:
    cargo build
    python3 tools/trend_query.py target/debug/reproof
