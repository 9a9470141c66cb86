"""What the tests have in common: the real component, an Atlas that is told what to say, the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from atlas_post_processor import PostProcessor

TOKEN = "hush-hush.atlasv1.token"


@pytest.fixture(scope="session")
def component() -> PostProcessor:
    """The component of the package, or the file that ATLAS_COMPONENT names."""
    return PostProcessor(os.environ.get("ATLAS_COMPONENT"))


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

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Atlas

    def _answer(self) -> None:
        atlas = self.server
        path = self.path.partition("?")[0]
        if path == "/upload":
            atlas.accept_uploads.wait(20)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            return
        atlas.requests.append((f"{self.command} {path}", dict(self.headers.items()), body))
        if path.endswith("/authenticate"):
            self._reply(200 if self.headers["X-Atlas-Token"] == TOKEN else 401, {})
        elif path == "/upload":
            atlas.uploads.append(body)
            self._reply(200, {})
        elif self.command == "HEAD":
            self._reply(200 if atlas.uploads else 404, {})
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
                atlas.version |= {"upload_path": f"{atlas.url}/upload", "upload_token": "t"}
            self._reply(200, atlas.version)
        else:
            user, name = path.split("/")[4:6]
            self._reply(200, {"artifact": {"username": user, "name": name, "tag": f"{user}/{name}"}})

    do_GET = do_POST = do_PUT = do_HEAD = _answer

    def _reply(self, status: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def atlas() -> Iterator[Atlas]:
    server = Atlas()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.accept_uploads.set()
    server.shutdown()
    server.server_close()


class Work:
    """A directory with a template and an artifact, and the command that is run there."""

    def __init__(self, directory: Path) -> None:
        self.path = directory
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ATLAS")}
        self.template([{"type": "atlas", "artifact": "hashicorp/foobar", "artifact_type": "amazon.image"}])
        self.artifact("mitchellh.amazonebs", "us-east-1:ami-0abc123")

    def template(self, post_processors: list[dict[str, Any]]) -> None:
        template = {"builders": [{"type": "vm"}], "post-processors": post_processors}
        (self.path / "template.json").write_text(json.dumps(template, indent=1))

    def artifact(self, builder_id: str, id: str, files: list[str] | None = None) -> None:
        record = {"builder-id": builder_id, "id": id, "files": files or []}
        (self.path / "artifact.json").write_text(json.dumps(record))

    def publishes_to(self, atlas: Atlas) -> None:
        self.environment |= {"ATLAS_ADDRESS": atlas.url, "ATLAS_TOKEN": TOKEN}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        own = os.environ.get("ATLAS_COMPONENT")
        command, *options = arguments
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "atlas_post_processor", command),
                *(["--component", own] if own else []),
                *options,
            ],
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        """The exit status, and what it says on both streams."""
        with self.start(*arguments) as process:
            stdout, stderr = process.communicate(stdin, timeout=60)
        assert TOKEN not in stdout + stderr
        assert "Traceback" not in stderr
        return process.returncode, stdout, stderr

    def publish(self, *options: str) -> tuple[int, str, str]:
        return self.run("publish", "--artifact", "artifact.json", *options, "template.json")


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path)


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    """Waits until it holds."""
    tick = threading.Event()
    for _ in range(int(seconds * 50)):
        if condition():
            return
        tick.wait(0.02)
    raise AssertionError("it never happened")
