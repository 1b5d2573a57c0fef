"""The HTML page in headless Chromium: search and filters used by a script, light and dark, its size."""

import html
import json
import os
import re
import subprocess
import zlib

from . import place
from .place import Case, tool

# Runs after the page's own script and leaves its results where --dump-dom shows them.
SCRIPT = """<script>
const results = {};
const set = (id, value) => {
  document.getElementById(id).value = value;
  document.getElementById(id).dispatchEvent(new Event("input", { bubbles: true }));
};
const visible = () => [...document.querySelectorAll("#list details")].filter(row => !row.hidden);
const open = () => [...document.querySelectorAll("#list section")].filter(section => !section.hidden).length;
const press = key => document.dispatchEvent(new KeyboardEvent("keydown", { key }));
const count = () => [visible().length, document.getElementById("count").textContent];
results.all = count();
set("words", "TOOL-17@ one.yml"); results.words = count();
set("words", "no such words"); results.none = count();
results.said = document.querySelector(".empty").textContent;
press("Escape"); results.escape = count();
document.querySelector("#severity button").click(); results.error = count();
document.querySelector("#severity button").click(); set("service", "services/a"); results.service = count();
set("service", ""); set("rule", document.getElementById("rule").options[1].value); results.rule = count();
results.rules = open();
set("rule", ""); results.sections = open();
set("group", "service"); results.services = open(); set("group", "rule");
press("j"); results.next = document.activeElement.tagName;
press("/"); results.focus = document.activeElement.id;
const first = visible()[0];
first.open = true;
setTimeout(() => {
  results.body = first.querySelector(".body").textContent;
  results.marked = first.querySelector("mark").textContent;
  results.markup = document.querySelectorAll("#list img, #list b").length;
  document.body.setAttribute("data-results", JSON.stringify(results));
}, 50);
</script></body>"""


class Page(Case):
    def page(self, workflows: int, steps: int) -> str:
        files = {"services/a/Dockerfile": "FROM python\n", "services/a/pyproject.toml": '[project]\nname = "a"\n'}
        for number in range(workflows):
            name = "one" if number == 0 else f"w{number}"
            lines = "".join(f"      - uses: acme/tool-{step}@main\n" for step in range(steps))
            head = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
            files[f".github/workflows/{name}.yml"] = head + lines
        hostile = "      - uses: acme/<img src=x onerror=alert(1)>@main\n      - uses: acme/</script><b>@main\n"
        files[".github/workflows/one.yml"] += hostile
        files[".github/workflows/wrong.yml"] = place.WRONG
        self.repository(files)
        done = place.reproof(self.directory, "check", "--output", "html=page.html", "--fail-on", "never")
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.directory / "page.html").read_text()

    def chromium(self, *arguments: str) -> str:
        name = next((name for name in ("chromium", "chromium-browser", "google-chrome") if self.has(name)), "chromium")
        command = [tool(name), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        command += [f"--user-data-dir={self.directory / 'profile'}", "--virtual-time-budget=3000", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
        return done.stdout

    def has(self, name: str) -> bool:
        return any(os.access(os.path.join(folder, name), os.X_OK) for folder in os.environ["PATH"].split(os.pathsep))

    def test_search_filters_and_keys(self):
        page = self.write("used.html", self.page(3, 20).replace("</body>", SCRIPT))
        shown = self.chromium("--dump-dom", page.as_uri())
        found = re.search(r'data-results="([^"]*)"', shown)
        self.assertIsNotNone(found, shown[-2000:])
        results = json.loads(html.unescape(found.group(1)))
        total = results["all"][0]
        self.assertGreater(total, 60)
        self.assertEqual(results["all"][1], f"{total} of {total}")
        self.assertEqual(results["words"], [1, f"1 of {total}"])
        self.assertEqual(results["none"][0], 0)
        self.assertEqual(results["escape"][0], total)
        for name in ("error", "service", "rule"):
            self.assertTrue(0 < results[name][0] < total, (name, results))
        self.assertIn("Nothing matches", results["said"])
        self.assertEqual(results["rules"], 1)
        self.assertGreater(results["sections"], results["services"])
        self.assertEqual((results["next"], results["focus"], results["marked"]), ("SUMMARY", "words", "3.10"))
        self.assertIn("Why: ", results["body"])
        self.assertEqual(results["markup"], 0)

    def test_light_and_dark_differ(self):
        self.page(3, 20)
        page = (self.directory / "page.html").as_uri()
        keep = os.environ.get("REPROOF_SCREENSHOTS")
        pixels = []
        for name, scheme in (("light", "1"), ("dark", "0")):
            shot = os.path.join(keep or self.directory, f"{name}.png")
            settings = f"--blink-settings=preferredColorScheme={scheme}"
            self.chromium(settings, f"--screenshot={shot}", "--window-size=1100,800", page)
            with open(shot, "rb") as file:
                pixels.append(corner(file.read()))
        self.assertGreater(sum(pixels[0]), 600, pixels)
        self.assertLess(sum(pixels[1]), 200, pixels)

    def test_five_thousand_findings_fit_into_a_megabyte(self):
        page = self.page(50, 100)
        count = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL).group(1))
        self.assertGreaterEqual(len(count["findings"]), 5000)
        self.assertLess(len(page.encode()), 1_000_000)


def corner(png: bytes) -> tuple:
    """The first pixel of a picture: its filter does not matter there."""
    at, data, width_depth = 8, b"", None
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        if kind == b"IHDR":
            width_depth = png[at + 8 : at + 8 + length]
        if kind == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    assert width_depth[8] == 8, "eight bits a channel"
    return tuple(zlib.decompress(data)[1:4])
