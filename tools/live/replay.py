"""A registry on the loopback that answers from what the package clients themselves have fetched.

`npm` and `cargo` keep the documents of their registries in their caches; pip is run with a session that writes down
the pages it reads. So real documents are rehearsed against, and only the clients talk to the registries.
"""

import gzip
import hashlib
import http.server
import json
import pathlib
import base64
import threading
import time
import urllib.parse


def npm_documents(cache):
    """Packuments in npm's cache, by name."""
    documents = {}
    for entry in pathlib.Path(cache, "_cacache/index-v5").rglob("*"):
        if not entry.is_file():
            continue
        for line in entry.read_text().splitlines():
            if "\t" not in line:
                continue
            record = json.loads(line.split("\t", 1)[1])
            if not record or not record.get("integrity"):
                continue
            path = urllib.parse.urlparse(record["key"].split("request-cache:", 1)[-1]).path
            algorithm, digest = record["integrity"].split(" ")[0].split("-", 1)
            digest = base64.b64decode(digest).hex()
            body = pathlib.Path(cache, "_cacache/content-v2", algorithm, digest[:2], digest[2:4], digest[4:])
            if body.is_file() and not path.endswith(".tgz"):
                documents[urllib.parse.unquote(path).strip("/")] = body.read_bytes()
    return documents


def cargo_documents(home):
    """Index files in cargo's cache, by path."""
    documents = {}
    for folder in pathlib.Path(home, "registry/index").glob("*/.cache"):
        for entry in folder.rglob("*"):
            if entry.is_file():
                # A version, a revision, then pairs of version and line, all ended by NUL.
                parts = entry.read_bytes()[5:].split(b"\0")
                lines = [part for part in parts if part.startswith(b"{")]
                documents[entry.relative_to(folder).as_posix()] = b"\n".join(lines) + b"\n"
    return documents


def python_documents(folder):
    """Pages that pip has read, by name."""
    return {entry.stem: entry.read_bytes() for entry in pathlib.Path(folder).glob("*.json")}


class Replay:
    """Serves documents, each answer after `delay` seconds, compressed where that is asked for."""

    def __init__(self, python, npm, cargo, delay=0.0):
        pages = {f"/simple/{name}/": (body, "application/vnd.pypi.simple.v1+json") for name, body in python.items()}
        pages |= {f"/npm/{name}": (body, "application/json") for name, body in npm.items()}
        pages |= {f"/index/{path}": (body, "text/plain") for path, body in cargo.items()}
        packed = {path: gzip.compress(body, 1) for path, (body, _) in pages.items()}
        self.requests = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_GET(self):
                outer.requests += 1
                time.sleep(delay)
                path = urllib.parse.unquote(self.path)
                found = pages.get(path)
                body = packed[path] if found else b"no"
                self.send_response(200 if found else 404)
                if found:
                    self.send_header("Content-Type", found[1])
                    self.send_header("Content-Encoding", "gzip")
                    self.send_header("ETag", '"' + hashlib.sha256(body).hexdigest()[:16] + '"')
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"
