#!/usr/bin/env python3
"""Times a commit hook on the monorepo of a thousand services with one staged file.

    python3 benches/hook.py --reproof target/release/reproof [--corpus DIRECTORY] [--runs 9]

Prints the medians of `reproof check --staged` by itself and, where pre-commit is installed, of pre-commit with a hook
that does nothing and with reproof. Standard library only.
"""
import argparse
import os
import resource
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
        entry: "%s"
        language: system
        pass_filenames: false
"""


def once(command, folder):
    """Milliseconds on the wall and of the processors that a command takes."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{command} ended with {done.returncode}: {done.stdout} {done.stderr}")
    return 1000 * wall, 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def medians(commands, folder, runs):
    """The medians of several commands that take turns, so that a busy machine is as busy for each."""
    took = [[once(command, folder) for command in commands] for _ in range(runs)]
    return [[statistics.median(column) for column in zip(*of)] for of in zip(*took)]


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
        check = [reproof, "check", "--staged", "--fail-on", "never"]
        named = [("start (reproof --version)", [reproof, "--version"]), ("reproof check --staged", check)]
        runner = shutil.which("pre-commit")
        for name, entry in (("nothing", "true"), ("reproof", " ".join(check))) if runner else ():
            config = os.path.join(work, name + ".yaml")
            with open(config, "w") as file:
                file.write(CONFIG % entry)
            named.append(("pre-commit with a hook: " + name, [runner, "run", "--config", config]))
        took = medians([command for _, command in named], folder, given.runs)
        print("%-38s %8s %8s" % ("", "wall ms", "cpu ms"))
        for (name, _), (wall, cpu) in zip(named, took):
            print("%-38s %8.1f %8.1f" % (name, wall, cpu))
        if runner:
            print("%-38s %8.1f %8.1f" % ("reproof more than nothing", took[3][0] - took[2][0], took[3][1] - took[2][1]))
        else:
            print("pre-commit is not installed")


if __name__ == "__main__":
    main()
