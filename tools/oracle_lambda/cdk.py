"""The CDK: an app is synthesised, and what reproof reads of the assembly is held against its templates."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from . import node
from .compare import Counts, agrees, by_template, facts

FIELDS = {"timeout": ("Timeout", 3), "memory": ("MemorySize", 128), "runtime": ("Runtime", None), "handler": ("Handler", None)}
# What the app declares itself; everything else in its templates is the framework's.
OWN = ("Work", "Plain", "Api", "Inline", "Inner")


def compare(binary, cache):
    counts = Counts()
    with tempfile.TemporaryDirectory() as room:
        home = pathlib.Path(room) / "app"
        shutil.copytree(node.own("cdk"), home)
        (home / "node_modules").symlink_to(node.installed(cache) / "node_modules")
        environment = {**os.environ, "CDK_OUTDIR": str(home / "cdk.out")}
        subprocess.run(["node", "app.js"], cwd=home, env=environment, check=True, capture_output=True)
        inventory = facts(binary, home)
        ours = by_template(inventory)
        sizes = {one["name"]: one["unzipped"] for one in inventory["artifacts"]}
        templates = sorted((home / "cdk.out").rglob("*.template.json"))
        for path in templates:
            resources = json.loads(path.read_text(encoding="utf-8"))["Resources"]
            for name, one in resources.items():
                if one["Type"] == "AWS::Lambda::Function":
                    own = ours.get(path.name, {}).get(name)
                    function(counts, f"{path.name}#{name}", own, one["Properties"])
                    asset(counts, f"{path.name}#{name}", sizes.get(own and own["artifact"]), one["Properties"], home)
    counts.show(f"CDK: {len(templates)} templates of an assembly compared")
    return counts


def function(counts, place, own, properties):
    for field, (key, default) in FIELDS.items():
        value, theirs = own and own.get(field), properties.get(key)
        counts.note(place, field, value, theirs, own is not None and agrees(value, theirs, default))
    is_own = place.partition("#")[2].startswith(OWN)
    owner = own and own["owner"]
    counts.note(place, "owner", owner, "user" if is_own else "framework", owner == ("user" if is_own else "framework"))


def asset(counts, place, measured, properties, home):
    """The bytes of the asset that a function is deployed from."""
    key = properties["Code"].get("S3Key")
    if key is not None:
        directory = home / "cdk.out" / f"asset.{key.removesuffix('.zip')}"
        size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
        counts.note(place, "asset", measured, size, measured == size)
