#!/usr/bin/env python3
"""Times a commit hook on the monorepo of a thousand services with one staged file.

    python3 benches/hook.py --reproof target/release/reproof [--corpus DIRECTORY] [--runs 9]

Prints the medians of `reproof check --staged` by itself and, where pre-commit is installed, of pre-commit with a hook
that does nothing and with reproof. Standard library only.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time

import corpus

CONFIG = """repos:
  - repo: local
    hooks:
      - id: it
        name: it
        entry: %s
        language: system
        pass_filenames: false
"""


def median(command, folder, runs):
    """Milliseconds that a command takes, which may find something."""
    took = []
    for _ in range(runs):
        begun = time.monotonic()
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        took.append((time.monotonic() - begun) * 1000)
        if done.returncode > 1:
            raise SystemExit(f"{command} ended with {done.returncode}: {done.stdout} {done.stderr}")
    return statistics.median(took)


def staged(source, work):
    """A copy with a commit and one staged file."""
    folder = os.path.join(work, "monorepo")
    shutil.copytree(source, folder, symlinks=True)
    git = ["git", "-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "all"], check=True)
    services = os.path.join(folder, "services")
    manifest = os.path.join(services, sorted(os.listdir(services))[0], "pyproject.toml")
    with open(manifest, "a") as file:
        file.write("\n# a comment\n")
    subprocess.run([*git, "add", manifest], check=True)
    return folder


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--reproof", required=True)
    ap.add_argument("--corpus")
    ap.add_argument("--runs", type=int, default=9)
    given = ap.parse_args()
    reproof = os.path.abspath(given.reproof)
    source = given.corpus or os.path.join(corpus.ROOT, "target", "bench", "corpus-1000")
    if not given.corpus:
        corpus.make(1000, source)
    with tempfile.TemporaryDirectory() as work:
        folder = staged(source, work)
        check = [reproof, "check", "--staged"]
        print("%-38s %6.1f ms" % ("start (reproof --version)", median([reproof, "--version"], folder, given.runs)))
        print("%-38s %6.1f ms" % ("reproof check --staged", median(check, folder, given.runs)))
        runner = shutil.which("pre-commit")
        if runner is None:
            print("pre-commit is not installed")
            return
        took = {}
        for name, entry in (("a hook that does nothing", "true"), ("reproof", " ".join(check))):
            config = os.path.join(work, "%s.yaml" % name.replace(" ", "-"))
            with open(config, "w") as file:
                file.write(CONFIG % entry)
            command = [runner, "run", "--config", config]
            median(command, folder, 1)
            took[name] = median(command, folder, given.runs)
            print("%-38s %6.1f ms" % ("pre-commit with " + name, took[name]))
        print("%-38s %6.1f ms" % ("reproof more than nothing", took["reproof"] - took["a hook that does nothing"]))


if __name__ == "__main__":
    main()
