#!/usr/bin/env python3
"""Times reproof on workflows, Dockerfiles and shell texts alone, beside zizmor and hadolint where these are installed.

    python3 benches/peers.py --reproof target/release/reproof [--repositories DIR] [--runs 5]

DIR holds checked-out repositories; without it the monorepo of 1000 services is taken that corpus.py makes. Workflows and Dockerfiles are copied
out of them, so that every program sees the same files and nothing else. The shell texts are 4,000 `run:` bodies: those that are there, repeated.
Standard library only.
"""
import argparse
import os
import re
import shutil
import sys
import tempfile

import corpus

BODIES = 4_000


def files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in (".git", "node_modules"))
        for name in sorted(names):
            yield os.path.join(folder, name)


def is_workflow(path):
    return re.search(r"/\.github/workflows/[^/]+\.ya?ml$", path) is not None


def is_dockerfile(path):
    return re.fullmatch(r"[Dd]ockerfile(\.\w+)?|\w+\.dockerfile", os.path.basename(path)) is not None


def copied(paths, into, name):
    """Copies files under numbered names; gives the new paths."""
    os.makedirs(into)
    made = []
    for at, path in enumerate(paths):
        made.append(os.path.join(into, name(at)))
        shutil.copyfile(path, made[-1])
    return made


def bodies(paths):
    """The block bodies of `run: |` in workflows."""
    found = []
    for path in paths:
        with open(path, encoding="utf-8", errors="replace") as file:
            found += re.findall(r"^( *)(?:- )?run: \|\n((?:\1 +.*\n|\n)+)", file.read(), re.M)
    return [body for _, body in found]


def shells(found, into):
    """Workflows of a hundred jobs, each with one body, until there are enough."""
    os.makedirs(into)
    for first in range(0, BODIES, 100):
        with open(os.path.join(into, "w%d.yml" % first), "w", encoding="utf-8") as file:
            file.write("on: push\njobs:\n")
            for at in range(first, first + 100):
                lines = [line.strip() for line in found[at % len(found)].split("\n") if line.strip()]
                file.write("  j%d:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n" % at)
                file.writelines("          %s\n" % line for line in lines)


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--reproof", required=True)
    ap.add_argument("--repositories")
    ap.add_argument("--runs", type=int, default=5)
    a = ap.parse_args()
    reproof = os.path.abspath(a.reproof)
    source = a.repositories
    if source is None:
        source = os.path.join(corpus.ROOT, "target", "bench", "corpus-1000")
        os.makedirs(os.path.dirname(source), exist_ok=True)
        corpus.make(1000, source)
    found = [path for path in files(os.path.abspath(source)) if not os.path.islink(path)]
    print("%-34s %9s %9s %9s  exit" % ("", "wall s", "cpu s", "peak MB"))
    with tempfile.TemporaryDirectory() as folder:
        workflows = os.path.join(folder, "workflows")
        paths = copied([path for path in found if is_workflow(path)], os.path.join(workflows, ".github", "workflows"), lambda at: "w%d.yml" % at)
        print("%d workflows" % len(paths))
        corpus.row("  reproof check", corpus.timed([reproof, "check", "--format", "json"], workflows, a.runs))
        peer("zizmor", ["--offline", "--no-progress", "."], workflows, a.runs)
        texts = bodies(paths)
        if texts:
            scripts = os.path.join(folder, "scripts")
            shells(texts, os.path.join(scripts, ".github", "workflows"))
            print("%d run: bodies, %d of them different" % (BODIES, min(len(texts), BODIES)))
            corpus.row("  reproof check --jobs 1", corpus.timed([reproof, "check", "--jobs", "1", "--format", "json"], scripts, a.runs))
        every = [path for path in found if is_dockerfile(path)]
        # Few files show what starting costs, many what a file costs.
        for most in sorted({min(len(every), 100), len(every)}):
            images = os.path.join(folder, "images-%d" % most)
            paths = copied(every[:most], images, lambda at: "Dockerfile.n%d" % at)
            print("%d Dockerfiles" % len(paths))
            corpus.row("  reproof check", corpus.timed([reproof, "check", "--format", "json"], images, a.runs))
            names = [os.path.basename(path) for path in paths]
            peer("hadolint", ["--no-fail", "--format", "json"] + names, images, a.runs)


def peer(program, arguments, cwd, runs):
    found = shutil.which(program)
    if found:
        corpus.row("  " + program, corpus.timed([found] + arguments, cwd, runs))
    else:
        print("  %s is not installed" % program)


if __name__ == "__main__":
    sys.exit(main())
