"""The tools from npm, installed once into the cache."""

import pathlib
import subprocess

PACKAGES = {"aws-cdk-lib": "2.276.0", "constructs": "10.8.1", "osls": "4.3.1"}


def installed(cache):
    """The directory that holds `node_modules`."""
    home = cache / "lambda"
    home.mkdir(parents=True, exist_ok=True)
    missing = [f"{name}@{version}" for name, version in PACKAGES.items() if not (home / "node_modules" / name).is_dir()]
    if missing:
        (home / "package.json").write_text("{}", encoding="utf-8")
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *missing]
        subprocess.run(command, cwd=home, check=True, stdout=subprocess.DEVNULL)
    return home


def own(name):
    """A directory of this tool."""
    return pathlib.Path(__file__).parent / name
