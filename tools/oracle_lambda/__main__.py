"""Compares timeout, memory, runtime, handler and layers with what SAM's translator makes of the same templates."""

import argparse
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

FIELDS = {"timeout": "Timeout", "memory": "MemorySize", "runtime": "Runtime", "handler": "Handler"}
DEFAULTS = {"timeout": 3, "memory": 128}


class NoPolicies:
    """Managed policies are asked of AWS; nothing here needs them."""

    def load(self):
        return {}


def functions_of_sam(path):
    """The functions of a template after the translation, by logical id; None when the translator refuses it."""
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


def functions_of_reproof(binary, directory):
    """The functions of all templates of a directory, by file name and logical id."""
    out = subprocess.run([binary, "facts", str(directory)], capture_output=True, text=True, check=False)
    found = {}
    for one in json.loads(out.stdout)["lambdas"]:
        found.setdefault(pathlib.PurePosixPath(one["path"]).name, {})[one["logical_name"]] = one
    return found


def agrees(field, ours, theirs):
    """Whether a value of reproof's says the same as one of the translator's."""
    ours = ours if isinstance(ours, dict) else {"value": ours}
    if theirs is None:
        return "unknown" not in ours and ours.get("value") in (None, DEFAULTS.get(field))
    if isinstance(theirs, (dict, list)):
        return "value" not in ours or ours["value"] is None or "one_of" in ours or field == "handler"
    return str(ours.get("value")) == str(theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--reproof", default="target/debug/reproof")
    parser.add_argument("--least", type=float, default=99.0, help="exit code 1 below this agreement in per cent")
    arguments = parser.parse_args()
    templates = sorted(path for path in arguments.directory.glob("*.yaml") if "AWS::Serverless::Function" in path.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as room:
        for path in templates:
            # Each in a directory of its own: copies of one template beside each other would be taken for generated ones.
            home = pathlib.Path(room) / path.stem
            home.mkdir()
            shutil.copy(path, home)
        ours = functions_of_reproof(arguments.reproof, room)
    counts = {field: [0, 0] for field in [*FIELDS, "layers"]}
    refused, compared, misses = 0, 0, []
    for path in templates:
        try:
            theirs = functions_of_sam(path)
        except Exception:  # The translator has many ways to say no; each counts the same.
            refused += 1
            continue
        compared += 1
        for name, properties in sorted(theirs.items()):
            own = ours.get(path.name, {}).get(name)
            for field, key in FIELDS.items():
                counts[field][1] += 1
                if own is not None and agrees(field, own.get(field), properties.get(key)):
                    counts[field][0] += 1
                else:
                    misses.append((path.name, name, field, own and own.get(field), properties.get(key)))
            counts["layers"][1] += 1
            layers = properties.get("Layers", [])
            count = own and own.get("layer_count")
            if own is not None and (not isinstance(layers, list) or isinstance(count, dict) or count == len(layers)):
                counts["layers"][0] += 1
            else:
                misses.append((path.name, name, "layers", count, layers))
    for path, name, field, own, other in misses:
        print(f"{path}#{name} {field}: reproof {json.dumps(own)}, translator {json.dumps(other, default=str)}")
    print(f"{compared} templates compared, {refused} refused by the translator")
    same, whole = (sum(pair[at] for pair in counts.values()) for at in (0, 1))
    for field, (good, total) in counts.items():
        print(f"  {field:<8} {good} of {total}")
    share = 100 * same / whole if whole else 0.0
    print(f"  all      {same} of {whole}, {share:.2f} %")
    sys.exit(0 if share >= arguments.least else 1)


if __name__ == "__main__":
    main()
