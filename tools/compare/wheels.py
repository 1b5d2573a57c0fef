"""Holds `reproof compare` against diffoscope, on pairs of wheels that real tools made.

    python3 tools/compare/wheels.py --reproof target/debug/reproof --python VENV/bin/python \
        --wheels DIRECTORY --out DIRECTORY

`--python` has diffoscope, wheel, uv and the build backends installed; `--wheels` holds the wheels and source archives
that are named below, fetched beforehand (this script opens no socket). For each pair diffoscope lists what differs,
entry by entry; each of its entries must be touched by a cause of ours, and each of its listings (order, times, modes,
sizes) by a cause of the archive. The table that it prints is the one of docs/compare.md.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

CLICK, SIX, IDNA, ATTRS = "click-8.1.7-py3-none-any.whl", "six-1.16.0-py2.py3-none-any.whl", "idna-3.7-py3-none-any.whl", "attrs-23.2.0-py3-none-any.whl"
REQUESTS = "requests-2.32.3-py3-none-any.whl"
YAML = "PyYAML-6.0.2-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
MARKUP = "MarkupSafe-2.1.5-cp312-cp312-manylinux_2_17_{0}.manylinux2014_{0}.whl"


class Bench:
    """Tools that make the second wheel of a pair."""

    def __init__(self, python, wheels, out):
        self.python, self.wheels, self.out = python, wheels, out

    def call(self, *command, cwd=None, **env):
        done = subprocess.run(command, cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{command}: {done.stderr[-2000:]}")

    def unpacked(self, wheel, name):
        target = self.out / name / "tree"
        shutil.rmtree(target, ignore_errors=True)
        with zipfile.ZipFile(self.wheels / wheel) as archive:
            archive.extractall(target)
        return target

    def zipped(self, tree, name, level=6):
        """As `python -m zipfile` does: order of the directory, times of the disk."""
        path = self.out / name / "b.whl"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
            for file in tree.rglob("*"):
                archive.write(file, file.relative_to(tree))
        return path

    def packed(self, tree, name):
        """As `wheel pack` does: RECORD is written anew."""
        target = self.out / name / "packed"
        target.mkdir(exist_ok=True)
        self.call(str(self.python), "-m", "wheel", "pack", str(tree), "-d", str(target))
        return next(target.iterdir())

    def built(self, source, name, side, **env):
        """As `pip wheel` does, below a directory of its own."""
        target = self.out / name / side
        target.mkdir(parents=True, exist_ok=True)
        command = [str(self.python), "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(target)]
        self.call(*command, str(self.wheels / source), TMPDIR=str(target), **env)
        return next(target.glob("*.whl"))

    def installed(self, wheel, name, side, command):
        target = self.out / name / side
        self.call(*command, "--no-deps", "--no-index", "--target", str(target), str(self.wheels / wheel))
        path = self.out / name / f"{side}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(target.rglob("*")):
                archive.write(file, file.relative_to(target))
        return path


def compiled(bench, name):
    tree = bench.unpacked(CLICK, name)
    bench.call(str(bench.python), "-m", "compileall", "-q", str(tree))
    return bench.zipped(tree, name)


def windows(bench, name):
    tree = bench.unpacked(REQUESTS, name)
    for file in tree.rglob("*.py"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    return bench.packed(tree, name)


def stripped(bench, name):
    tree = bench.unpacked(YAML, name)
    for file in tree.rglob("*.so"):
        bench.call("strip", str(file))
    return bench.packed(tree, name)


def info_zip(bench, name):
    tree = bench.unpacked(SIX, name)
    path = bench.out / name / "b.whl"
    path.unlink(missing_ok=True)
    bench.call("zip", "-q", "-r", str(path), ".", cwd=tree)
    return path


def pairs(bench):
    own = lambda wheel: bench.wheels / wheel
    pip = [str(bench.python), "-m", "pip", "install", "-q"]
    uv = [str(bench.python), "-m", "uv", "pip", "install", "-q", "--offline"]
    yield "click, zipped by Python", lambda name: (own(CLICK), bench.zipped(bench.unpacked(CLICK, name), name))
    yield "six, zipped by Info-ZIP", lambda name: (own(SIX), info_zip(bench, name))
    yield "idna, unpacked and packed by wheel", lambda name: (own(IDNA), bench.packed(bench.unpacked(IDNA, name), name))
    yield "attrs, compressed at level 9", lambda name: (own(ATTRS), bench.zipped(bench.unpacked(ATTRS, name), name, 9))
    yield "packaging, built at two times", lambda name: (
        bench.built("packaging-24.1.tar.gz", name, "a", SOURCE_DATE_EPOCH="1700000000"),
        bench.built("packaging-24.1.tar.gz", name, "b", SOURCE_DATE_EPOCH="1710000000"),
    )
    yield "packaging, as published and as built here", lambda name: (
        own("packaging-24.1-py3-none-any.whl"), bench.built("packaging-24.1.tar.gz", name, "b"),
    )
    yield "markupsafe, for two processors", lambda name: (own(MARKUP.format("x86_64")), own(MARKUP.format("aarch64")))
    yield "click, with bytecode", lambda name: (own(CLICK), compiled(bench, name))
    yield "requests, checked out with CRLF", lambda name: (own(REQUESTS), windows(bench, name))
    yield "six, installed by pip and by uv", lambda name: (
        bench.installed(SIX, name, "a", pip), bench.installed(SIX, name, "b", uv),
    )
    yield "PyYAML, stripped", lambda name: (own(YAML), stripped(bench, name))


# Names of diffoscope's listings that are of the archive as a whole.
LISTINGS = ("zipinfo", "zipnote", "zipdetails", "filetype from", "file list", "bsdtar")


def findings(node, depth=0):
    """What diffoscope found: listings of the archive, and paths of entries."""
    for detail in node.get("details", []):
        name = detail.get("source1", "")
        if depth == 0 and any(word in name for word in LISTINGS):
            yield "listing", name
        elif depth == 0:
            yield "entry", name
        # Deeper details explain the same entry.


def explained(kind, name, causes):
    """Whether a finding of diffoscope is one of our causes."""
    if kind == "listing":
        return bool(causes)
    return any(name == entry or entry.endswith(name) or name.endswith(entry) for cause in causes for entry in cause["entries"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("reproof", "python", "wheels", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    # The links of a virtual environment are not followed: they lead out of it.
    bench = Bench(options.python.absolute(), options.wheels.resolve(), options.out.resolve())
    print("| pair | rung | causes | diffoscope | explained |\n|---|---|---|---|---|")
    missed = 0
    for index, (title, make) in enumerate(pairs(bench)):
        name = f"pair{index:02}"
        shutil.rmtree(bench.out / name, ignore_errors=True)
        (bench.out / name).mkdir()
        a, b = make(name)
        ours = subprocess.run([options.reproof.resolve(), "compare", a, b, "--format", "json"], capture_output=True, text=True)
        if ours.returncode not in (0, 1):
            sys.exit(f"{title}: {ours.stderr}")
        report = json.loads(ours.stdout)
        diffoscope = options.python.absolute().parent / "diffoscope"
        theirs = subprocess.run([diffoscope, "--json", "-", a, b], capture_output=True, text=True)
        found = list(findings(json.loads(theirs.stdout))) if theirs.returncode == 1 else []
        lost = [name for kind, name in found if not explained(kind, name, report["causes"])]
        missed += len(lost)
        causes = ", ".join(cause["cause"] for cause in report["causes"])
        print(f"| {title} | {report['level']} | {causes} | {len(found)} | {len(found) - len(lost)} |", flush=True)
        for name in lost:
            print(f"not explained: {title}: {name}", file=sys.stderr)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
