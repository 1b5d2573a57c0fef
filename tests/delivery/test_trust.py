"""A registry behind an authority of one's own: whom the user's settings name is trusted, whom a repository names is not."""

import contextlib
import http.server
import json
import ssl
import subprocess
import threading

from . import place
from .place import Case, run, tool

SUM = "a" * 64
LOCK = (
    'version = 1\nrequires-python = ">=3.12"\n\n[[package]]\nname = "idna"\nversion = "1.0"\n'
    'source = {{ registry = "{index}" }}\nwheels = [{{ url = "{index}/idna-1.0-py3-none-any.whl", '
    f'hash = "sha256:{SUM}" }}}}]\n'
)
PYPROJECT = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["idna"]\n'


class Index(http.server.BaseHTTPRequestHandler):
    """An index with one file."""

    def do_GET(self):
        file = {"filename": "idna-1.0-py3-none-any.whl", "url": "idna-1.0-py3-none-any.whl", "hashes": {"sha256": SUM}}
        page = {"meta": {"api-version": "1.1"}, "name": "idna", "versions": ["1.0"], "files": [file]}
        body = json.dumps(page).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Trust(Case):
    def authority(self) -> tuple:
        """A certificate for this machine and the authority that vouches for it."""
        openssl, made = tool("openssl"), self.directory / "made"
        made.mkdir()
        names = ["-keyout", made / "ca.key", "-out", made / "ca.pem", "-subj", "/CN=authority", "-days", "2"]
        run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *names])
        names = ["-keyout", made / "host.key", "-out", made / "host.csr", "-subj", "/CN=localhost"]
        run([openssl, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *names])
        (made / "names").write_text("subjectAltName = DNS:localhost\nbasicConstraints = CA:FALSE\n")
        parts = ["-in", made / "host.csr", "-CA", made / "ca.pem", "-CAkey", made / "ca.key", "-CAcreateserial"]
        run([openssl, "x509", "-req", *parts, "-out", made / "host.pem", "-days", "2", "-extfile", made / "names"])
        return made / "ca.pem", made / "host.pem", made / "host.key"

    @contextlib.contextmanager
    def index(self, certificate, key):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"https://localhost:{server.server_port}/simple"
        finally:
            server.shutdown()
            server.server_close()

    def rehearse(self, **variables) -> subprocess.CompletedProcess:
        home = self.directory / "home"
        environment = {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "REPROOF_CACHE_DIR": str(home / "cache"),
            "NO_PROXY": "localhost",
            "SSL_CERT_FILE": "",
            **variables,
        }
        for name in ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CARGO_HTTP_CAINFO"):
            environment.setdefault(name, "")
        return place.reproof(self.directory / "app", "rehearse", "--max-age", "0", env=environment)

    def test_whom_the_user_names_is_trusted_and_nobody_else(self):
        authority, certificate, key = self.authority()
        home = self.directory / "home"
        (home / ".config" / "pip").mkdir(parents=True)
        with self.index(certificate, key) as index:
            self.write("app/pyproject.toml", PYPROJECT)
            self.write("app/.python-version", "3.12.7\n")
            self.write("app/uv.lock", LOCK.format(index=index))
            self.write("app/ca.pem", authority.read_text())
            self.write("app/.npmrc", "cafile=ca.pem\nstrict-ssl=false\n")
            self.write("app/pip.conf", "[global]\ncert = ca.pem\ntrusted-host = localhost\n")
            self.write("app/.git/HEAD", "ref: refs/heads/main\n")
            for variables in ({}, {"PIP_CERT": str(self.directory / "app" / "ca.pem")}):
                with self.subTest(untrusted=variables):
                    done = self.rehearse(**variables)
                    self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
                    self.assertIn("shows a certificate that nothing here vouches for", done.stdout)
            for name in ("PIP_CERT", "NODE_EXTRA_CA_CERTS", "CARGO_HTTP_CAINFO", "SSL_CERT_FILE"):
                with self.subTest(trusted=name):
                    done = self.rehearse(**{name: str(authority)})
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.write("home/.config/pip/pip.conf", f"[global]\ncert = {authority}\n")
            self.assertEqual(self.rehearse().returncode, 0)
            self.write("home/.config/pip/pip.conf", "[global]\ntrusted-host = localhost\n")
            done = self.rehearse()
            self.assertEqual(done.returncode, 3)
            self.assertIn("(trusted-host is not followed)", done.stdout)
