"""What reproof says of functions, and whether it says the same as a tool."""

import json
import pathlib
import subprocess


class Counts:
    """How often each field agrees, and where it does not."""

    def __init__(self):
        self.fields = {}
        self.misses = []

    def note(self, place, field, ours, theirs, good):
        pair = self.fields.setdefault(field, [0, 0])
        pair[0] += good
        pair[1] += 1
        if not good:
            self.misses.append(f"{place} {field}: reproof {json.dumps(ours)}, the tool {json.dumps(theirs, default=str)}")

    def share(self):
        same, whole = (sum(pair[at] for pair in self.fields.values()) for at in (0, 1))
        return same, whole, 100 * same / whole if whole else 0.0

    def show(self, title):
        print("\n".join(self.misses))
        print(title)
        for field, (good, total) in self.fields.items():
            print(f"  {field:<12} {good} of {total}")
        same, whole, share = self.share()
        print(f"  {'all':<12} {same} of {whole}, {share:.2f} %")


def facts(binary, directory):
    """The inventory of a directory."""
    out = subprocess.run([binary, "facts", str(directory)], capture_output=True, text=True, check=False)
    return json.loads(out.stdout)


def by_template(inventory):
    """The functions of an inventory, by file name and logical id."""
    found = {}
    for one in inventory["lambdas"]:
        found.setdefault(pathlib.PurePosixPath(one["path"]).name, {})[one["logical_name"]] = one
    return found


def sources(inventory, function):
    """The kinds of source of a function, sorted."""
    names = set(function["event_sources"])
    return sorted(one["source"] for one in inventory["event_sources"] if one["name"] in names)


def plain(value):
    """A value as the inventory writes it: itself, or an object with its place and origin."""
    return value.get("value") if isinstance(value, dict) else value


def agrees(ours, theirs, default=None):
    """Whether a value of reproof's says the same as one of a tool's; an expression agrees with what is not known."""
    if theirs is None:
        return not (isinstance(ours, dict) and "unknown" in ours) and plain(ours) in (None, default)
    if isinstance(theirs, (dict, list)):
        return plain(ours) is None or (isinstance(ours, dict) and "one_of" in ours)
    return str(plain(ours)) == str(theirs)
