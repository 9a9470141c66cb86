"""The library, with the real component."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import tarfile
from pathlib import Path

import pytest

import atlas_post_processor as atlas_host
from atlas_post_processor import (
    Artifact,
    ComponentError,
    DiagnosticsError,
    Observer,
    PackError,
    Packing,
    PostProcessor,
    PublishError,
    Sandbox,
    publish,
)
from atlas_post_processor.contract import Diagnostic, Request
from conftest import TOKEN, Atlas, Work

AMI = Artifact("mitchellh.amazonebs", "us-east-1:ami-0abc123", metadata={"region.us-east-1": "ami-0abc123"})


def test_everything_public_is_there() -> None:
    for name in atlas_host.__all__:
        assert getattr(atlas_host, name)
    assert not hasattr(atlas_host, "nothing")


def test_publishes_in_one_call(component: PostProcessor, atlas: Atlas, work: Work) -> None:
    class Watching(Observer):
        def __init__(self) -> None:
            self.purposes: list[str] = []
            self.warnings: list[Diagnostic] = []

        def sending(self, request: Request) -> None:
            assert TOKEN not in repr(request)
            assert request.url not in repr(request)
            self.purposes.append(request.purpose)

        def warned(self, warnings: list[Diagnostic]) -> None:
            self.warnings = warnings

    watching = Watching()
    environment = {"ATLAS_ADDRESS": atlas.url, "ATLAS_TOKEN": TOKEN}
    artifact = dataclasses.replace(AMI, artifact_type="another.type")
    [receipt] = publish(
        work.path / "template.json",
        artifact,
        environment=environment,
        observer=watching,
        component=component,
    )
    assert (receipt.tag, receipt.version, receipt.confirmed) == ("hashicorp/foobar", 1, True)
    assert watching.purposes[:2] == ["verify the token", "find artifact hashicorp/foobar"]
    assert [warning.severity.value for warning in watching.warnings] == ["warning"]
    sent = json.loads(next(body for line, _, body in atlas.requests if line.startswith("POST")))
    assert sent["artifact_version"]["metadata"]["region.us-east-1"] == "ami-0abc123"


def test_refuses_with_all_that_is_wrong(component: PostProcessor, work: Work) -> None:
    work.template([{"type": "atlas", "artefact": "a/b", "artifact_type": "x"}])
    with pytest.raises(DiagnosticsError) as raised:
        publish(work.path / "template.json", AMI, environment={}, component=component)
    codes = {diagnostic.code for diagnostic in raised.value.diagnostics}
    assert codes == {"unknown-key", "missing-field", "missing-token"}
    assert all(diagnostic.position for diagnostic in raised.value.diagnostics)


def test_failures_have_a_code(component: PostProcessor, atlas: Atlas, work: Work) -> None:
    environment = {"ATLAS_ADDRESS": atlas.url, "ATLAS_TOKEN": "another-token"}
    with pytest.raises(PublishError) as raised:
        publish(work.path / "template.json", AMI, environment=environment, component=component)
    assert (raised.value.code, raised.value.published) == ("authentication-failed", [])


def test_archives_are_the_same_with_any_number_of_workers(component: PostProcessor, tmp_path: Path) -> None:
    directory = tmp_path / "box"
    (directory / "sub").mkdir(parents=True)
    (directory / "random").write_bytes(os.urandom(3 << 20))
    (directory / "sub" / "tool").write_bytes(b"#!/bin/sh\n" * 200_000)
    (directory / "sub" / "tool").chmod(0o750)
    (directory / "link").symlink_to("sub/tool")
    sandbox = Sandbox(directories=(str(directory),))
    archives = []
    for workers in (1, 3):
        packing = Packing(spool=tmp_path, workers=workers)
        packed = packing.pack(component, sandbox, [str(directory)], Observer())
        with packed.file:
            packed.file.seek(0)
            archives.append(packed.file.read())
        assert packed.size == len(archives[-1])
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


def test_a_spool_that_can_not_be_used_is_named(component: PostProcessor, tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"spool directory .*/missing can't be written to"):
        Packing(spool=tmp_path / "missing").pack(component, Sandbox(), [str(tmp_path)], Observer())


def test_a_guest_sees_only_its_sandbox(component: PostProcessor, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PackError, match="file"):
        Packing().pack(component, Sandbox(), [str(tmp_path / "file")], Observer())
    assert "hush" not in repr(Sandbox({"ATLAS_TOKEN": "hush"}))
    with pytest.raises(ComponentError, match="missing can't be opened"):
        component.instance(Sandbox(directories=(str(tmp_path / "missing"),)))


def test_a_guest_is_stopped(component: PostProcessor) -> None:
    variables = {f"v{number}": "x" for number in range(200_000)}
    template = json.dumps({"builders": [{"type": "x"}], "variables": variables})
    with pytest.raises(ComponentError, match=r"`template.environment` within 0 s and was stopped"):
        component.instance(Sandbox(memory=1 << 30, deadline=0)).environment(template)
    with pytest.raises(ComponentError, match="may need more than 2097152 bytes of memory"):
        component.instance(Sandbox(memory=2 << 20)).environment(template)


def test_what_is_no_component_is_refused(tmp_path: Path) -> None:
    for content in (b"nonsense", b"\0asm\x0d\0\x01\0"):
        (tmp_path / "it.wasm").write_bytes(content)
        with pytest.raises(ComponentError, match=r"it.wasm can't be loaded: "):
            PostProcessor(tmp_path / "it.wasm")
    with pytest.raises(ComponentError, match=r"missing.wasm can't be read: No such file"):
        PostProcessor(tmp_path / "missing.wasm")


def test_compiled_code_is_kept_where_nobody_else_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = tmp_path / "atlas-post-processor"
    component = os.environ.get("ATLAS_COMPONENT")
    PostProcessor(component)
    [file] = cache.iterdir()
    written = file.stat().st_mtime_ns
    PostProcessor(component)
    assert file.stat().st_mtime_ns == written, "it was compiled again"
    cache.chmod(0o777)
    PostProcessor(component)
    assert file.stat().st_mtime_ns != written, "code that anybody can have written was run"
    # Where nothing can be kept, it works all the same.
    cache.rename(tmp_path / "elsewhere")
    cache.write_text("no directory")
    PostProcessor(component)
