"""The comment and the issue, through a stub of gh that keeps them in a file and filters with jq."""

import json
import os
import subprocess

from .place import ROOT, Case, tool

STUB = r'''#!/usr/bin/env python3
import json, os, subprocess, sys
from pathlib import Path

state_file = Path(os.environ["STUB_STATE"])
state = json.loads(state_file.read_text())
arguments = sys.argv[2:]
assert sys.argv[1] == "api", sys.argv
method, fields, jq, path = "GET", {}, None, None
while arguments:
    one = arguments.pop(0)
    if one == "--method": method = arguments.pop(0)
    elif one == "--jq": jq = arguments.pop(0)
    elif one in ("--field", "--raw-field"):
        key, value = arguments.pop(0).split("=", 1)
        fields[key] = Path(value[1:]).read_text() if one == "--field" and value.startswith("@") else value
    elif one in ("--silent", "--paginate"): pass
    else: path = one
state["calls"].append([method, path])
refused = method in state["refuse"]
if not refused:
    things = state["things"]
    if method == "POST":
        things.append({"id": 100 + len(things), "number": 100 + len(things), "user": {"type": "Bot"}, **fields})
    elif method == "PATCH":
        [thing.update(fields) for thing in things if str(thing["id"]) == path.rsplit("/", 1)[1]]
    elif method == "DELETE":
        state["things"] = [thing for thing in things if str(thing["id"]) != path.rsplit("/", 1)[1]]
    elif jq:
        subprocess.run(["jq", "-r", jq], input=json.dumps(things), text=True, check=True)
state_file.write_text(json.dumps(state))
if refused:
    print("gh: Resource not accessible by integration (HTTP 403)", file=sys.stderr)
    sys.exit(1)
'''


class Posting(Case):
    def setUp(self):
        super().setUp()
        tool("jq")
        stub = self.write("bin/gh", STUB)
        stub.chmod(0o755)
        self.state = self.write("state.json", "")
        self.keep(things=[], refuse=[])

    def keep(self, **state):
        self.state.write_text(json.dumps({"calls": [], **state}))

    def post(self, script: str, *arguments: str, **environment):
        base = {
            "PATH": f"{self.directory / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "STUB_STATE": str(self.state),
            "GITHUB_REPOSITORY": "acme/shop",
            "GH_TOKEN": "t",
        }
        done = subprocess.run(
            ["bash", str(ROOT / "action" / script), *arguments],
            env={**base, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr, json.loads(self.state.read_text())

    def comment(self, text: str, code: str, **environment):
        markdown = self.write("comment.md", text)
        own = {"REPROOF_PULL_REQUEST": "7", "REPROOF_HEAD_REPOSITORY": "acme/shop", "REPROOF_SHOWN": code}
        return self.post("comment.sh", str(markdown), code, **{**own, **environment})

    def test_one_comment_is_written_changed_and_taken_away(self):
        stranger = {"id": 1, "user": {"type": "User"}, "body": "<!-- reproof: this comment is kept up to date -->\nmine"}
        self.keep(things=[stranger], refuse=[])
        _, said, state = self.comment("one $(touch x) `y`", "1")
        self.assertEqual(state["things"][1]["body"].splitlines()[1], "one $(touch x) `y`", said)
        _, _, state = self.comment("two", "1")
        self.assertEqual([thing["body"].splitlines()[1] for thing in state["things"]], ["mine", "two"])
        _, _, state = self.comment("", "0")
        self.assertEqual(state["things"], [stranger])
        _, _, state = self.comment("", "0")
        self.assertEqual([call for call in state["calls"] if call[0] != "GET"][3:], [])

    def test_without_the_right_to_write_it_is_a_notice(self):
        for environment, refuse, said in [
            ({"REPROOF_HEAD_REPOSITORY": "stranger/shop"}, [], "from a fork can only read"),
            ({"REPROOF_PULL_REQUEST": ""}, [], "no pull request"),
            ({"GH_TOKEN": ""}, [], "no token"),
            ({}, ["GET"], "may not read"),
            ({}, ["POST"], "may not write"),
        ]:
            self.keep(things=[], refuse=refuse)
            code, out, state = self.comment("x", "1", **environment)
            self.assertEqual((code, state["things"]), (0, []), out)
            self.assertIn("::notice title=reproof::no comment", out)
            self.assertIn(said, out)

    def issue(self, text: str, updates: list, **environment):
        report = self.write("updates.json", json.dumps({"updates": updates}, indent=2))
        return self.post("issue.sh", str(self.write("updates.md", text)), str(report), **environment)

    def test_one_issue_is_opened_changed_closed_and_opened_again(self):
        self.assertEqual(self.issue("nothing", [])[2]["things"], [])
        _, said, state = self.issue("one", [{"name": "a"}])
        self.assertEqual(len(state["things"]), 1, said)
        for text, updates, expected in [("two", [{}], "open"), ("none", [], "closed"), ("three", [{}], "open")]:
            code, said, state = self.issue(text, updates)
            self.assertEqual((code, len(state["things"]), state["things"][0]["state"]), (0, 1, expected), said)
            self.assertEqual(state["things"][0]["body"].splitlines()[1], text)

    def test_an_issue_that_cannot_be_written_fails(self):
        self.keep(things=[], refuse=["POST"])
        self.assertNotEqual(self.issue("one", [{}])[0], 0)
        self.assertEqual(self.issue("one", [{}], GH_TOKEN="")[0], 1)
