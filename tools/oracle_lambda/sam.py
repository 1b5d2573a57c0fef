"""SAM: timeout, memory, runtime, handler and layers beside what the translator makes of the same templates."""

import copy
import os
import pathlib
import shutil
import tempfile

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from .compare import Counts, agrees, by_template, facts, plain

FIELDS = {"timeout": ("Timeout", 3), "memory": ("MemorySize", 128), "runtime": ("Runtime", None), "handler": ("Handler", None)}


class NoPolicies:
    """Managed policies are asked of AWS; nothing here needs them."""

    def load(self):
        return {}


def translated(path):
    """The functions of a template after the translation, by logical id."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    template = yaml_parse(path.read_text(encoding="utf-8"))
    wanted = {name for name, one in template["Resources"].items() if one.get("Type") == "AWS::Serverless::Function"}
    made = transform(copy.deepcopy(template), {}, NoPolicies())
    parameters = made.get("Parameters", {})
    found = {}
    for name, one in made["Resources"].items():
        if name in wanted and one["Type"] == "AWS::Lambda::Function":
            found[name] = {key: filled(value, parameters) for key, value in one["Properties"].items()}
    return found


def filled(value, parameters):
    """A reference to a parameter with a default is that default."""
    if isinstance(value, dict) and set(value) == {"Ref"} and "Default" in parameters.get(value["Ref"], {}):
        if not str(parameters[value["Ref"]].get("Type", "")).startswith("AWS::SSM"):
            return parameters[value["Ref"]]["Default"]
    return value


def compare(binary, directory):
    counts = Counts()
    named = (path for path in directory.glob("*.yaml") if "AWS::Serverless::Function" in path.read_text(encoding="utf-8"))
    templates = sorted(named)
    with tempfile.TemporaryDirectory() as room:
        for path in templates:
            # Each in a directory of its own: copies of one template beside each other would be taken for generated ones.
            home = pathlib.Path(room) / path.stem
            home.mkdir()
            shutil.copy(path, home)
        ours = by_template(facts(binary, room))
    refused = 0
    for path in templates:
        try:
            theirs = translated(path)
        except Exception:  # The translator has many ways to say no; each counts the same.
            refused += 1
            continue
        for name, properties in sorted(theirs.items()):
            one(counts, f"{path.name}#{name}", ours.get(path.name, {}).get(name), properties)
    counts.show(f"SAM: {len(templates) - refused} templates compared, {refused} refused by the translator")
    return counts


def one(counts, place, own, properties):
    for field, (key, default) in FIELDS.items():
        value, theirs = own and own.get(field), properties.get(key)
        # A handler that is a reference to a function of the template is known to both, in other words.
        good = own is not None and (agrees(value, theirs, default) or (field == "handler" and isinstance(theirs, dict)))
        counts.note(place, field, value, theirs, good)
    layers, count = properties.get("Layers", []), own and own.get("layer_count")
    good = own is not None and (not isinstance(layers, list) or plain(count) is None or plain(count) == len(layers))
    counts.note(place, "layers", count, layers, good)
