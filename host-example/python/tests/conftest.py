"""What the tests have in common: the real component, an Atlas that is told what to say, a place to work."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from atlas_post_processor import Job, Options, PostProcessor, Report, publish, validate

TOKEN = "hush-hush.atlasv1.token"
UPLOAD_PATH = "/store/upload-k3y"


@pytest.fixture(scope="session")
def component() -> PostProcessor:
    """The component of the package."""
    return PostProcessor()


Echo = Callable[[], tuple[dict[str, str], dict[str, Any]]]
"""Headers and fields that every answer has, too."""


class Atlas(ThreadingHTTPServer):
    """An Atlas that knows one artifact and takes what it is sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.uploads: list[bytes] = []
        self.version: dict[str, Any] = {}
        self.accept_uploads = threading.Event()
        self.accept_uploads.set()
        self.echo: Echo | None = None
        """What is added to every answer: headers, and fields of the body."""
        self.file = b""
        """What is downloaded."""
        self.breaks: list[int] = []
        """After so many bytes the answers to downloads break off, one after the other."""
        self.may_break = threading.Event()
        self.may_break.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Atlas

    def _answer(self) -> None:
        atlas = self.server
        path = self.path.partition("?")[0]
        if path == UPLOAD_PATH:
            atlas.accept_uploads.wait(20)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            return
        atlas.requests.append((f"{self.command} {path}", dict(self.headers.items()), body))
        if path.endswith("/authenticate"):
            self._reply(200 if self.headers["X-Atlas-Token"] == TOKEN else 401, {})
        elif path == UPLOAD_PATH:
            atlas.uploads.append(body)
            self._reply(200, {})
        elif self.command == "HEAD":
            self._reply(200 if atlas.uploads else 404, {})
        elif path.endswith("/file") and self.command == "GET":
            self._send_file()
        elif path.endswith("/search"):
            self._reply(200, {"versions": [atlas.version]})
        elif self.command == "POST" and path.count("/") == 6:
            sent = json.loads(body)["artifact_version"]
            user, name, kind = path.split("/")[-3:]
            atlas.version = {
                "username": user,
                "name": name,
                "artifact_type": kind,
                "version": 1,
                "slug": f"{user}/{name}/{kind}/1",
                **sent,
            }
            if sent.get("file"):
                atlas.version |= {"upload_path": f"{atlas.url}{UPLOAD_PATH}", "upload_token": "t"}
            self._reply(200, atlas.version)
        else:
            user, name = path.split("/")[4:6]
            self._reply(200, {"artifact": {"username": user, "name": name, "tag": f"{user}/{name}"}})

    do_GET = do_POST = do_PUT = do_HEAD = _answer

    def _reply(self, status: int, value: dict[str, Any]) -> None:
        headers, fields = self.server.echo() if self.server.echo else ({}, {})
        data = json.dumps(value | fields).encode()
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _send_file(self) -> None:
        atlas = self.server
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        rest = atlas.file[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Range", f"bytes {start}-{len(atlas.file) - 1}/{len(atlas.file)}")
        self.send_header("Content-Length", str(len(rest)))
        self.send_header("ETag", '"e"')
        self.end_headers()
        if atlas.breaks:
            self.wfile.write(rest[: atlas.breaks.pop(0)])
            self.wfile.flush()
            atlas.may_break.wait(20)
            self.close_connection = True
        else:
            self.wfile.write(rest)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def atlas() -> Iterator[Atlas]:
    server = Atlas()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.accept_uploads.set()
    server.may_break.set()
    server.shutdown()
    server.server_close()


class Work:
    """A directory with a template and an artifact, and what is said when they are published."""

    def __init__(self, directory: Path, component: PostProcessor) -> None:
        self.path = directory
        self.component = component
        self.environment: dict[str, str] = {}
        self.lines: list[str] = []
        self.template([{"type": "atlas", "artifact": "hashicorp/foobar", "artifact_type": "amazon.image"}])
        self.artifact: Any = {"builder-id": "mitchellh.amazonebs", "id": "us-east-1:ami-0abc123"}

    def template(self, post_processors: list[dict[str, Any]], **more: Any) -> None:
        template = {"builders": [{"type": "vm"}], "post-processors": post_processors, **more}
        (self.path / "template.json").write_text(json.dumps(template, indent=1))

    def publishes_to(self, atlas: Atlas) -> None:
        self.environment |= {"ATLAS_ADDRESS": atlas.url, "ATLAS_TOKEN": TOKEN}

    def files(self, *names: str) -> None:
        """The artifact is made of these files."""
        files = [str(self.path / name) for name in names]
        self.artifact = {"builder-id": "vagrant", "id": "x", "files": files}

    def publish(self, verbosity: int = 2, stop: threading.Event | None = None, **job: Any) -> Report:
        return self._do(publish, {"artifact": self.artifact, **job}, verbosity, stop)

    def validate(self, **job: Any) -> Report:
        return self._do(validate, job, 2, None)

    def _do(
        self,
        work: Callable[[Job, Options], Report],
        job: dict[str, Any],
        verbosity: int,
        stop: threading.Event | None,
    ) -> Report:
        self.lines.clear()
        options = self.options(verbosity, stop)
        given = job if "config" in job else {"template": self.path / "template.json", **job}
        return self.without_secrets(work(Job(**given), options))

    def options(self, verbosity: int = 2, stop: threading.Event | None = None) -> Options:
        return Options(
            verbosity=verbosity,
            on_line=self.lines.append,
            stop=stop or threading.Event(),
            component=self.component,
            environment=self.environment,
        )

    def without_secrets(self, report: Report) -> Report:
        """Sees that none was told."""
        said = "\n".join([*self.lines, *report.lines, *report.messages, report.json]).lower()
        for secret in (TOKEN, UPLOAD_PATH):
            assert secret.lower() not in said
        return report


@pytest.fixture
def work(tmp_path: Path, component: PostProcessor) -> Work:
    return Work(tmp_path, component)


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    """Waits until it holds."""
    tick = threading.Event()
    for _ in range(int(seconds * 50)):
        if condition():
            return
        tick.wait(0.02)
    raise AssertionError("it never happened")
