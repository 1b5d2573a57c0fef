"""Asks conda-lock's own code and reproof whether a conda-lock.yml belongs to an environment.yml, for random ones.

Run with the Python of an environment that has conda-lock: `python tools/oracle/conda_digests.py REPROOF COUNT SEED`.
conda-lock itself would need conda to lock; its digest does not.
"""

from __future__ import annotations

import json
import logging
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import conda_lock.src_parser.pyproject_toml as names
from conda_lock.content_hash import backwards_compatible_content_hashes, compute_content_hashes
from conda_lock.models.lock_spec import LockSpecification
from conda_lock.src_parser import make_lock_spec
from conda_lock.virtual_package import default_virtual_package_repodata

CONDA = ("numpy", "scipy", "zlib", "Bzip2", "xz", "pandas", "python", "openssl")
PIP = ("requests", "Flask", "click", "idna")
RANGES = ("", "=1.2", "==1.2", "=1.2.*", " 1.2", " 1.2.*", " >=1.2", " >= 1.2 , <2", ">=1.2,<2", "=1.2=py_0", " 1.2 py*", ">=1.2|<0.5", " 1.2*", "!=1.3", "~=1.2", ">=1.2=py_0")
SPECIFIERS = ("", "==1.2", ">=1.2", ">= 1.2, < 2", "~=1.2", "!=1.3,>=1.0", "[x]>=1", "===1.2")
MACHINES = default_virtual_package_repodata()


def environment(rng: random.Random) -> str:
    """A random environment.yml."""
    lines = ["name: x", "channels: " + rng.choice(["[conda-forge]", "[conda-forge, nodefaults]", "[a, b]", "[https://c.example.com/x]"])]
    if rng.random() < 0.8:
        lines.append("platforms: " + rng.choice(["[linux-64]", "[linux-64, osx-64]", "[osx-arm64, win-64]", "[linux-64, linux-aarch64]"]))
    lines += ["category: dev"] if rng.random() < 0.15 else []
    lines.append("dependencies:")
    lines += [requirement(rng, name) for name in rng.sample(CONDA, rng.randint(1, 5))]
    if rng.random() < 0.5:
        lines.append("  - pip:")
        for name in rng.sample(PIP, rng.randint(1, 3)):
            marker = rng.choice([""] * 4 + [" ; sys_platform == 'linux'", "; python_version<'3.9'"])
            lines.append(f'    - "{name}{rng.choice(SPECIFIERS)}{marker}"')
    return "\n".join(lines) + "\n"


def requirement(rng: random.Random, name: str) -> str:
    """A random line of dependencies."""
    channel = "conda-forge::" if rng.random() < 0.1 else ""
    comment = f"  # [{rng.choice(['linux', 'osx', 'unix', 'win', 'linux64'])}]" if rng.random() < 0.12 else ""
    return f"  - {channel}{name}{rng.choice(RANGES)}{comment}"


def edited(rng: random.Random, text: str) -> str:
    """The text with a random edit, or without any."""
    lines = text.split("\n")
    first = lines.index("dependencies:") + 1
    return rng.choice([
        lambda: text,
        lambda: "# c\n" + text.replace("name: x", "name: y"),
        lambda: "\n".join(lines[:2] + environment(rng).split("\n")[2:]),
        lambda: "\n".join(lines[:first] + [requirement(rng, rng.choice(CONDA))] + lines[first + 1:]),
        lambda: text.replace("conda-forge]", "defaults]"),
    ])()


def specification(text: str) -> LockSpecification:
    """What conda-lock reads of an environment.yml."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "environment.yml"
        path.write_text(text)
        return make_lock_spec(src_files=[path], mapping_url="")


def lockfile(spec: LockSpecification) -> str:
    """A lockfile with the digests of a specification, and a package for each requirement."""
    channels = [{"url": channel.url, "used_env_vars": []} for channel in spec.channels]
    metadata = {"content_hash": compute_content_hashes(spec, MACHINES), "channels": channels, "platforms": spec.platforms, "sources": ["environment.yml"]}
    packages = [
        {"name": one.name, "version": "1.2", "manager": one.manager, "platform": platform, "dependencies": {}, "url": f"https://c.example.com/{platform}/{one.name}-1.2-0.conda", "hash": {"md5": "aa"}}
        for platform in spec.platforms for one in spec.dependencies[platform]
    ]
    return json.dumps({"version": 1, "metadata": metadata, "package": packages}, indent=1)


def theirs(text: str, lock: str) -> str:
    """The verdict of conda-lock."""
    spec, recorded = specification(text), json.loads(lock)["metadata"]["content_hash"]
    same = (recorded.get(platform) in backwards_compatible_content_hashes(spec, MACHINES, platform) for platform in spec.platforms)
    return "fresh" if all(same) else "stale"


def ours(program: str, text: str, lock: str) -> str:
    """The verdict of reproof."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "environment.yml").write_text(text)
        (Path(folder) / "conda-lock.yml").write_text(lock)
        done = subprocess.run([program, "check", folder, "--format", "json"], cwd=folder, capture_output=True, check=False)
    return json.loads(done.stdout)["lockfiles"][0]["verdict"]


def main() -> int:
    """Prints each disagreement, then how often each pair of verdicts came."""
    program, count, seed = str(Path(sys.argv[1]).resolve()), int(sys.argv[2]), sys.argv[3]
    logging.disable(logging.WARNING)
    # The name of a Python package among those of conda stands in a table that would be fetched; `pip` is the only one here.
    names.pypi_name_to_conda_name = lambda name, **_: name
    tally: Counter[tuple[str, str]] = Counter()
    for index in range(count):
        rng = random.Random(f"{seed}/{index}")
        try:
            before = environment(rng)
            lock = lockfile(specification(before))
            after = edited(rng, before)
            verdicts = theirs(after, lock), ours(program, after, lock)
        except (RuntimeError, TypeError, ValueError):
            # conda-lock stops at what is asked for.
            continue
        tally[verdicts] += 1
        if verdicts[0] != verdicts[1]:
            print(f"conda-lock {verdicts[0]}, reproof {verdicts[1]}\n{after}")
    print(dict(tally))
    return 0


if __name__ == "__main__":
    sys.exit(main())
