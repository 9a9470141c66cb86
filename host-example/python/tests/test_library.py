"""The library, with the real component."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import atlas_post_processor as library
from atlas_post_processor import (
    Case,
    ComponentError,
    HttpClient,
    Packer,
    PostProcessor,
    Record,
    Resource,
    Sandbox,
    Stopped,
    drive,
)
from conftest import TOKEN, UPLOAD_PATH, Atlas, Work, wait_for

RUNNER = Path(__file__).with_name("runner.py")


def test_everything_public_is_there() -> None:
    for name in library.__all__:
        assert getattr(library, name).__doc__


def test_publishes_in_one_call(work: Work, atlas: Atlas) -> None:
    work.publishes_to(atlas)
    report = work.publish()
    result = json.loads(report.json)
    assert (report.exit_status, result["status"]) == (0, "published"), work.lines
    [receipt] = result["receipts"]
    assert (receipt["tag"], receipt["version"], receipt["confirmed"]) == ("hashicorp/foobar", 1, True)
    assert len(report.lines) == 1
    sent = json.loads(next(body for line, _, body in atlas.requests if line.startswith("POST")))
    assert sent["artifact_version"]["metadata"]["region.us-east-1"] == "ami-0abc123"


def test_inputs_can_be_files_bytes_or_mappings(work: Work) -> None:
    work.environment |= {"ATLAS_TOKEN": TOKEN, "ATLAS_ADDRESS": "http://127.0.0.1:9"}
    template = (work.path / "template.json").read_bytes()
    record = json.dumps(work.artifact)
    (work.path / "artifact.json").write_text(record)
    for inputs in (
        {},
        {"template": template, "artifact": record.encode()},
        {"template": json.loads(template), "artifact": work.artifact},
        {"artifact": work.path / "artifact.json"},
        {"artifact": str(work.path / "artifact.json")},
    ):
        report = work.validate(**inputs)
        assert (report.exit_status, json.loads(report.json)["status"]) == (0, "valid"), work.lines


def test_refuses_with_all_that_is_wrong(work: Work) -> None:
    work.template([{"type": "atlas", "artefact": "a/b", "artifact_type": "x"}])
    (work.path / "bad.json").write_text("[1]")
    report = work.validate(variable_files=[work.path / "bad.json"], artifact=work.path / "missing.json")
    result = json.loads(report.json)
    assert (report.exit_status, result["status"]) == (2, "refused")
    sources = [found["source"] for found in result["diagnostics"]]
    assert sources == ["variables", "artifact"]
    report = work.validate()
    assert (report.exit_status, json.loads(report.json)["status"]) == (2, "refused")
    codes = {found["code"] for found in json.loads(report.json)["diagnostics"]}
    assert codes == {"unknown-key", "missing-field", "missing-token"}
    assert any("did you mean `artifact`?" in line for line in work.lines)


def test_what_can_not_be_read_is_named(work: Work) -> None:
    (work.path / "bytes").write_bytes(b"\xff")
    for inputs, name in (
        ({"template": "missing.json"}, "missing.json"),
        ({"template": work.path / "bytes"}, "bytes"),
        ({"artifact": work.path}, str(work.path)),
        ({"artifact": "no\0name"}, "no"),
        ({"variable_files": ["missing.json"]}, "missing.json"),
    ):
        report = work.validate(**inputs)
        assert report.exit_status == 2
        assert any(name in line for line in work.lines), work.lines


def test_a_file_that_is_too_large_is_not_read(work: Work) -> None:
    with (work.path / "large.json").open("wb") as file:
        file.truncate(1 << 40)
    assert work.validate(template=work.path / "large.json").exit_status == 2
    assert any("large" in line for line in work.lines)


def test_later_variables_win(work: Work) -> None:
    work.environment |= {"ATLAS_TOKEN": TOKEN, "ATLAS_ADDRESS": "http://127.0.0.1:9"}
    config = {"type": "atlas", "artifact": "{{user `name`}}", "artifact_type": "x"}
    work.template([config], variables={"name": ""})
    right, wrong = {"name": "user/right"}, {"name": "wrong"}
    (work.path / "right.json").write_text(json.dumps(right))
    file = work.path / "right.json"
    for inputs, status in (
        ({"variable_files": [wrong, file]}, 0),
        ({"variable_files": [file, wrong]}, 2),
        ({"variable_files": [wrong], "variables": right}, 0),
        ({"variable_files": [file], "variables": wrong}, 2),
    ):
        assert work.validate(**inputs).exit_status == status


def test_the_guest_sees_no_variable_but_those_that_it_names(work: Work, component: PostProcessor) -> None:
    seen: list[Sandbox] = []
    real = component.instance

    class Watched(PostProcessor):
        def __init__(self) -> None:
            pass

        def instance(self, sandbox: Sandbox | None = None) -> library.Instance:
            seen.append(sandbox or Sandbox())
            return real(sandbox)

    work.component = Watched()
    template: dict[str, Any] = {"variables": {"a": "{{env `READ`}}"}}
    work.template([{"type": "atlas", "artifact": "a/b", "artifact_type": "x"}], **template)
    names = component.instance().call("template", "environment", (work.path / "template.json").read_bytes())
    assert "READ" in names
    work.environment = {name: name.lower() for name in names} | {"HOME": "x", "ATLAS_OTHER": "y"}
    work.validate(artifact=work.artifact)
    assert set(seen[-1].environment) == set(names) - {"HOME", "ATLAS_OTHER"}
    assert "read" not in repr(seen[-1])


def test_failures_have_a_code(work: Work, atlas: Atlas) -> None:
    work.publishes_to(atlas)
    work.environment["ATLAS_TOKEN"] = "another-token"
    report = work.publish()
    result = json.loads(report.json)
    assert (report.exit_status, result["status"]) == (1, "failed")
    assert result["error"]["code"] == "authentication-failed"


def test_uploads_a_file_and_removes_the_checkpoint(work: Work, atlas: Atlas) -> None:
    work.publishes_to(atlas)
    box = gzip.compress(os.urandom(500_000))
    (work.path / "my.box").write_bytes(box)
    work.files("my.box")
    report = work.publish(checkpoint=work.path / "checkpoint")
    assert report.exit_status == 0, work.lines
    [receipt] = json.loads(report.json)["receipts"]
    assert (receipt["size"], receipt["sha256"]) == (len(box), hashlib.sha256(box).hexdigest())
    assert atlas.uploads == [box]
    assert sorted(path.name for path in work.path.iterdir()) == ["my.box", "template.json"]


@pytest.mark.parametrize(
    "repeat",
    [
        lambda secret: ({"X-Echo": f"token {secret}"}, {}),
        lambda secret: ({f"X-{secret}".replace("/", "-"): "1"}, {}),
        lambda secret: ({"X-Echo": secret.upper()}, {}),
        lambda secret: ({}, {"note": f"you sent {secret}"}),
        lambda secret: ({}, {secret: 1, "deep": [{secret.upper(): secret.swapcase()}]}),
    ],
    ids=["header-value", "header-name", "header-case", "body-value", "body-key"],
)
@pytest.mark.parametrize("secret", ["token", "wrong token", "upload path"])
def test_a_secret_that_a_server_repeats_shows_up_nowhere(
    work: Work,
    atlas: Atlas,
    caplog: pytest.LogCaptureFixture,
    repeat: Callable[[str], tuple[dict[str, str], dict[str, Any]]],
    secret: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    work.publishes_to(atlas)
    (work.path / "my.box").write_bytes(gzip.compress(b"box"))
    work.files("my.box")
    if secret == "wrong token":
        work.environment["ATLAS_TOKEN"] = "wrong-but-secret"
    text = UPLOAD_PATH if secret == "upload path" else work.environment["ATLAS_TOKEN"]
    # Before it is given out, an upload's path is no secret.
    atlas.echo = lambda: ({}, {}) if text == UPLOAD_PATH and not atlas.version else repeat(text)
    report = work.publish()
    assert report.exit_status == (1 if secret == "wrong token" else 0), work.lines
    assert any(line.lstrip().startswith("<") for line in work.lines), "no answer was shown"
    said = "\n".join([*work.lines, *report.lines, *report.messages, report.json, caplog.text])
    assert text.lower() not in said.lower()


def test_values_and_exceptions_show_no_secret() -> None:
    class Broken:
        def send(self, request: Any, *_: object) -> library.Response:
            assert "secret" not in repr(request)
            raise library.TransportError("other", "secret")

    step = Case("send", Record(url="secret", body=Case("bytes", b"secret"), headers=[], save_at=None))
    assert "secret" not in repr(step)
    told: list[Case] = []
    publication = _scripted([step, Case("done", [])], told)
    drive(publication, Broken(), packer=Packer(None, Sandbox()))  # type: ignore[arg-type]
    assert told == [Case("no-answer", Case("other", "secret"))]
    assert "secret" not in repr(told)


def _scripted(steps: list[Case], told: list[Case]) -> Resource:
    """A publication that has these steps."""

    class Scripted:
        def next(self) -> Case:
            return steps[0]

        def respond(self, outcome: Case, took_ms: int) -> None:
            told.append(outcome)
            del steps[0]

    scripted: Any = Scripted()
    resource: Resource = scripted
    return resource


def test_no_file_but_the_artifacts_is_sent(tmp_path: Path) -> None:
    (tmp_path / "private").write_text("x")
    part = Record(source=Case("file", str(tmp_path / "private")), offset=0, length=1)
    steps = [Case("send", Record(body=Case("range", part))), Case("done", [])]
    with pytest.raises(ComponentError, match="not a file of the artifact"):
        drive(_scripted(steps, []), HttpClient(), packer=Packer(None, Sandbox()))  # type: ignore[arg-type]


def test_a_reporter_that_breaks_ends_no_publication(
    work: Work, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.publishes_to(atlas)
    real, broken = library.Instance.call, []

    def call(self: library.Instance, interface: str, function: str, *values: Any) -> Any:
        if self in broken or function == "[method]reporter.outcome":
            broken.append(self)
            raise ComponentError("it broke")
        return real(self, interface, function, *values)

    monkeypatch.setattr(library.Instance, "call", call)
    report = work.publish()
    assert (report.exit_status, len(json.loads(report.json)["receipts"])) == (0, 1)


def test_two_at_once_do_not_publish_twice(work: Work, atlas: Atlas) -> None:
    work.publishes_to(atlas)
    (work.path / "my.box").write_bytes(gzip.compress(b"box"))
    work.files("my.box")
    atlas.accept_uploads.clear()
    reports = []
    first = threading.Thread(
        target=lambda: reports.append(work.publish(checkpoint=work.path / "checkpoint"))
    )
    first.start()
    wait_for(lambda: any(line.startswith("upload") for line in work.lines))
    sent = len(atlas.requests)
    other = Work.__new__(Work)
    other.__dict__ = {**work.__dict__, "lines": []}
    report = other.publish(checkpoint=work.path / "checkpoint")
    assert (report.exit_status, json.loads(report.json)["status"]) == (2, "refused")
    assert any("checkpoint" in line for line in other.lines)
    assert len(atlas.requests) == sent, "it sent something"
    atlas.accept_uploads.set()
    first.join(20)
    assert [report.exit_status for report in reports] == [0]
    assert len([line for line, _, _ in atlas.requests if line.endswith("/amazon.image")]) == 1
    assert sorted(path.name for path in work.path.iterdir()) == ["my.box", "template.json"]


def test_a_checkpoint_that_can_not_be_kept_ends_it(
    work: Work, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.publishes_to(atlas)

    def is_full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", is_full)
    report = work.publish(checkpoint=work.path / "checkpoint")
    result = json.loads(report.json)
    assert (report.exit_status, result["error"]["code"]) == (1, "checkpoint-not-kept")
    assert [path.name for path in work.path.iterdir()] == ["template.json"]
    assert atlas.requests == []


def test_where_no_lock_can_be_nothing_is_sent(work: Work, atlas: Atlas) -> None:
    work.publishes_to(atlas)
    report = work.publish(checkpoint=work.path / "missing" / "checkpoint")
    assert report.exit_status == 2
    assert atlas.requests == []


def test_archives_are_the_same_with_any_number_of_workers(component: PostProcessor, tmp_path: Path) -> None:
    directory = tmp_path / "box"
    (directory / "sub").mkdir(parents=True)
    (directory / "random").write_bytes(os.urandom(3 << 20))
    (directory / "sub" / "tool").write_bytes(b"#!/bin/sh\n" * 200_000)
    (directory / "sub" / "tool").chmod(0o750)
    (directory / "link").symlink_to("sub/tool")
    sandbox = Sandbox(directories=(str(directory),))
    archives, progress = [], [(0, 0)]
    for workers in (1, 3):
        packer = Packer(component, sandbox, spool=tmp_path, workers=workers)
        packed = packer.pack([str(directory)], lambda *done: progress.append(done))
        assert packed.tag == "packed"
        with packed.value as file:
            size = file.tell()
            file.seek(0)
            archives.append(file.read())
        assert size == len(archives[-1])
    assert progress[-1][0] == progress[-1][1] > 5_000_000
    assert archives[0] == archives[1]
    assert gzip.decompress(archives[0]), "the end of the file tells another sum"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["box"], "a spool is left"

    (tmp_path / "box.tar.gz").write_bytes(archives[0])
    with tarfile.open(tmp_path / "box.tar.gz") as tar:
        modes = {member.name: member.mode for member in tar if member.isfile()}
        assert modes["sub/tool"] == modes["link"] == 0o750
        random = tar.extractfile("random")
        assert random is not None
        assert random.read() == (directory / "random").read_bytes()


def test_a_spool_that_can_not_be_used_is_told(component: PostProcessor, tmp_path: Path) -> None:
    packed = Packer(component, Sandbox(), spool=tmp_path / "missing").pack([str(tmp_path)])
    assert packed == Case("not-packed", Case("storage", Case("not-found")))


def test_a_guest_sees_only_its_sandbox(component: PostProcessor, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    packed = Packer(component, Sandbox()).pack([str(tmp_path / "file")])
    assert (packed.tag, packed.value.tag) == ("not-packed", "files")
    assert "file" in packed.value.value.message
    assert "hush" not in repr(Sandbox({"ATLAS_TOKEN": "hush"}))


def test_a_guest_is_stopped(component: PostProcessor) -> None:
    variables = {f"v{number}": "x" for number in range(200_000)}
    template = json.dumps({"builders": [{"type": "x"}], "variables": variables}).encode()
    with pytest.raises(ComponentError, match=r"`template.environment` within 0 s and was stopped"):
        component.instance(Sandbox(memory=1 << 30, deadline=0)).call("template", "environment", template)
    with pytest.raises(ComponentError, match="may need more than 2097152 bytes of memory"):
        component.instance(Sandbox(memory=2 << 20)).call("template", "environment", template)


def test_a_component_that_breaks_is_reported(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    real = library.Instance.call

    def call(self: library.Instance, interface: str, function: str, *values: Any) -> Any:
        if function == "select":
            raise ComponentError("it broke")
        return real(self, interface, function, *values)

    monkeypatch.setattr(library.Instance, "call", call)
    report = work.validate()
    error = json.loads(report.json)["error"]
    assert (report.exit_status, error) == (1, {"code": "component-failed", "message": "it broke"})


def test_values_that_do_not_fit_are_refused(component: PostProcessor) -> None:
    instance = component.instance()
    for values in ([], [1], ["text"], [b"{}", b"{}"]):
        with pytest.raises((TypeError, AttributeError)):
            instance.call("template", "environment", *values)
    with pytest.raises(OverflowError):
        instance.reporter(Record(color=False, verbosity=256), [])
    with pytest.raises(ComponentError, match="another contract"):
        instance.call("template", "nothing")
    assert instance.call("inputs", "variables", b'{"\xc3\xa9": "\xf0\x9f\x8e\x81"}') == Case(
        "ok", [("é", "🎁")]
    )


def test_bytes_are_not_handed_over_one_by_one(component: PostProcessor) -> None:
    text = json.dumps({"a": "x" * (4 << 20)}).encode()
    started = time.process_time()
    component.instance().call("inputs", "variables", text)
    assert time.process_time() - started < 2


def test_what_is_no_component_is_refused(tmp_path: Path) -> None:
    for content in (b"nonsense", b"\0asm\x0d\0\x01\0"):
        (tmp_path / "it.wasm").write_bytes(content)
        with pytest.raises(ComponentError, match=r"it.wasm can't be loaded: |another contract"):
            PostProcessor(tmp_path / "it.wasm")
    with pytest.raises(ComponentError, match=r"missing.wasm can't be read: No such file"):
        PostProcessor(tmp_path / "missing.wasm")


def test_compiled_code_is_kept_where_nobody_else_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = tmp_path / "atlas-post-processor"
    PostProcessor()
    [file] = cache.iterdir()
    written = file.stat().st_mtime_ns
    PostProcessor()
    assert file.stat().st_mtime_ns == written, "it was compiled again"
    cache.chmod(0o777)
    PostProcessor()
    assert file.stat().st_mtime_ns != written, "code that anybody can have written was run"
    # Where nothing can be kept, it works all the same.
    cache.rename(tmp_path / "elsewhere")
    cache.write_text("no directory")
    PostProcessor()


def _begin_to_pack(work: Work) -> str:
    (work.path / "box").mkdir()
    (work.path / "box" / "disk").write_bytes(os.urandom(100 << 20))
    work.files("box")
    return "pack "


def _begin_to_upload(work: Work) -> str:
    (work.path / "my.box").write_bytes(gzip.compress(os.urandom(2 << 20)))
    work.files("my.box")
    return "upload"


def _begin_to_wait(work: Work) -> str:
    work.environment["ATLAS_ADDRESS"] = "http://127.0.0.1:9"
    return "  "


@pytest.mark.parametrize("begin", [_begin_to_pack, _begin_to_upload, _begin_to_wait])
def test_stopped_it_leaves_nothing_but_the_checkpoint(
    work: Work, atlas: Atlas, begin: Callable[[Work], str]
) -> None:
    work.publishes_to(atlas)
    atlas.accept_uploads.clear()
    line = begin(work)
    stop = threading.Event()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work.publish(0, stop, checkpoint=work.path / "checkpoint", spool=work.path)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(lambda: any(said.startswith(line) for said in work.lines))
    stop.set()
    thread.join(3)
    assert [type(error) for error in errors] == [Stopped]
    assert TOKEN not in "".join(traceback.format_exception(errors[0]))
    left = {path.name for path in work.path.iterdir()} - {"box", "my.box"}
    assert left == {"checkpoint", "template.json"}


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_runner_goes_on_from_a_checkpoint(work: Work, atlas: Atlas, number: int, status: int) -> None:
    work.publishes_to(atlas)
    _begin_to_upload(work)
    (work.path / "artifact.json").write_text(json.dumps(work.artifact))
    options = ["--artifact", "artifact.json", "--resume", "checkpoint", "--json", "-vv", "template.json"]

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, RUNNER, "publish", *options],
            cwd=work.path,
            env={k: v for k, v in os.environ.items() if k[:6] != "ATLAS_"} | work.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    atlas.accept_uploads.clear()
    with start() as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("upload"):
                break
        process.send_signal(number)
        assert process.wait(3) == status
        assert "Traceback" not in process.stderr.read()
    assert sorted(path.name for path in work.path.glob("checkpoint*")) == ["checkpoint"]

    atlas.accept_uploads.set()
    with start() as process:
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    assert TOKEN not in stdout + stderr
    made = [line for line, _, _ in atlas.requests if line.endswith("/amazon.image")]
    assert made == ["POST /api/v1/artifacts/hashicorp/foobar/amazon.image"], "not one version"
    [receipt] = json.loads(stdout)["receipts"]
    assert receipt["sha256"] == hashlib.sha256(atlas.uploads[-1]).hexdigest()
    assert not list(work.path.glob("checkpoint*"))
