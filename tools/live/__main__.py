"""Makes lockfiles with uv, npm and cargo on the spot and rehearses them: nothing may be lost, hardly anything unknown.

    python3 -m tools.live --reproof target/debug/reproof            # asks the registries that the clients ask
    python3 -m tools.live --reproof target/debug/reproof --replay   # asks only the clients, and replays what they read

A lockfile that was made a minute ago can be had again, so every failure is a false alarm.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from tools.live import replay

PYTHON = ["jupyter", "sphinx", "poetry", "fastapi[standard]", "celery", "boto3", "django", "pandas"]
NODE = ["express", "webpack", "webpack-cli", "jest", "eslint", "typescript"]
RUST = {"tokio": '{ version = "1", features = ["full"] }', "reqwest": '"0.12"', "axum": '"0.7"', "tracing-subscriber": '"0.3"',
        "clap": '{ version = "4", features = ["derive"] }', "sqlx": '{ version = "0.8", features = ["runtime-tokio", "postgres", "sqlite"] }'}
LEAST = {"python": 150, "node": 200, "rust": 200}


# A child counts the memory of the process it was forked from, so a small one stands between.
WATCH = '''import os, subprocess, sys
_, _, usage = os.wait4(subprocess.Popen(sys.argv[1:]).pid, 0)
sys.stderr.write(f"\\n{usage.ru_maxrss}")'''


def run(command, folder, **variables):
    """Runs a client; its failure ends everything."""
    subprocess.run(command, cwd=folder, env={**os.environ, **variables}, check=True, stdout=subprocess.DEVNULL)


def make_python(folder, keep):
    """A uv.lock, and for a replay the pages that pip reads for the same packages."""
    folder.mkdir()
    names = ", ".join(json.dumps(name) for name in PYTHON)
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "live"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = [{names}]\n')
    (folder / ".python-version").write_text("3.11.7\n")
    run(["uv", "lock", "-q"], folder)
    if keep:
        run(["uv", "export", "-q", "--frozen", "--no-hashes", "--no-emit-project", "-o", keep / "pins.txt"], folder)
        pages = keep / "pages"
        pages.mkdir()
        run([sys.executable, pathlib.Path(__file__).with_name("recorded_pip.py"), pages, "install", "-q", "--dry-run", "--no-deps",
             "--ignore-installed", "--no-cache-dir", "--use-feature=fast-deps", "-r", keep / "pins.txt"], folder)


def make_node(folder, keep):
    """A package-lock.json."""
    folder.mkdir()
    manifest = {"name": "live", "version": "1.0.0", "private": True, "dependencies": {name: "*" for name in NODE}}
    (folder / "package.json").write_text(json.dumps(manifest))
    (folder / ".nvmrc").write_text("22.4.1\n")
    cache = ["--cache", str(keep / "npm")] if keep else []
    run(["npm", "install", "--package-lock-only", "--ignore-scripts", *cache], folder)


def make_rust(folder, keep):
    """A Cargo.lock."""
    (folder / "src").mkdir(parents=True)
    (folder / "src/lib.rs").write_text("")
    dependencies = "".join(f"{name} = {what}\n" for name, what in RUST.items())
    (folder / "Cargo.toml").write_text(
        f'[package]\nname = "live"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n{dependencies}')
    (folder / "rust-toolchain.toml").write_text('[toolchain]\nchannel = "1.95.0"\n')
    variables = {"CARGO_HOME": str(keep / "cargo")} if keep else {}
    run(["cargo", "generate-lockfile", "-q"], folder, **variables)


def rehearse(reproof, folder, variables, *more):
    """One rehearsal: the row's artifacts, the seconds it took and its peak in MB."""
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", WATCH, reproof, "rehearse", "--format", "json", *more], cwd=folder,
                          capture_output=True, env={**os.environ, **variables})
    took, peak = time.monotonic() - begun, done.stderr.split()[-1]
    artifacts = [artifact for row in json.loads(done.stdout)["rehearsal"] for artifact in row["artifacts"]]
    return artifacts, took, int(peak) / 1024


def tell(kind, artifacts, cold, warm, peak):
    """One line for an ecosystem; whether it is well."""
    packages = [artifact for artifact in artifacts if artifact["kind"] == "package" and artifact["outcome"] != "own"]
    by_outcome = {}
    for artifact in packages:
        by_outcome[artifact["outcome"]] = by_outcome.get(artifact["outcome"], 0) + 1
    lost = [artifact for artifact in packages if artifact["weight"] == "failure"]
    unknown = [artifact for artifact in packages if artifact["weight"] == "unknown"]
    print(f"{kind}: {len(packages)} packages, {len(lost)} false alarms, {len(unknown)} unknown; {by_outcome}; "
          f"{cold:.2f} s cold, {warm:.2f} s from the cache, peak {peak:.0f} MB")
    for artifact in (lost + unknown)[:20]:
        print(f"  {artifact['outcome']} {artifact['name']} {artifact['version']}: {artifact['reason']}")
    return not lost and len(unknown) <= len(packages) / 100 and len(packages) >= LEAST[kind]


def pointed_at(server, work):
    """Settings of a home directory that send every client to the replay."""
    home = work / "home"
    (home / ".cargo").mkdir(parents=True, exist_ok=True)
    (home / ".cargo/config.toml").write_text(
        f'[source.crates-io]\nreplace-with = "replay"\n\n[source.replay]\nregistry = "sparse+{server.url}/index/"\n')
    lock = work / "python/uv.lock"
    text = lock.read_text()
    stated = text.split('registry = "', 1)[1].split('"', 1)[0]
    lock.write_text(text.replace(f'registry = "{stated}"', f'registry = "{server.url}/simple"'))
    return {"HOME": str(home), "CARGO_HOME": str(home / ".cargo"), "npm_config_registry": f"{server.url}/npm"}


def main():
    """Makes, rehearses, tells."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reproof", required=True, type=pathlib.Path)
    parser.add_argument("--replay", action="store_true", help="ask only the clients, and replay what they read")
    parser.add_argument("--made", type=pathlib.Path, help="lockfiles and answers of an earlier replay, used again")
    parser.add_argument("--keep", type=pathlib.Path, help="where lockfiles and answers stay")
    parser.add_argument("--delay", type=float, default=0.05, help="seconds that the replay takes for an answer")
    given = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="reproof-live-"))
    try:
        if given.made:
            shutil.copytree(given.made, work, dirs_exist_ok=True)
        else:
            keep = work / "answers" if given.replay else None
            if keep:
                keep.mkdir()
            make_python(work / "python", keep)
            make_node(work / "node", keep)
            make_rust(work / "rust", keep)
            if given.keep:
                shutil.copytree(work, given.keep, dirs_exist_ok=True)
        variables = {"REPROOF_CACHE_DIR": str(work / "cache")}
        if given.replay or given.made:
            answers = work / "answers"
            server = replay.Replay(replay.python_documents(answers / "pages"), replay.npm_documents(answers / "npm"),
                                   replay.cargo_documents(answers / "cargo"), given.delay)
            variables |= pointed_at(server, work)
        well = True
        for kind in ["python", "node", "rust"]:
            artifacts, cold, peak = rehearse(given.reproof.resolve(), work / kind, variables)
            _, warm, _ = rehearse(given.reproof.resolve(), work / kind, variables)
            well &= tell(kind, artifacts, cold, warm, peak)
        return 0 if well else 1
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
