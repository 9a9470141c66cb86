"""The command, run as people run it."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
from pathlib import Path

import pytest

from conftest import TOKEN, Atlas, Work, wait_for


def test_publishes(work: Work, atlas: Atlas) -> None:
    work.publishes_to(atlas)
    status, stdout, stderr = work.publish("--json", "-vv")
    result = json.loads(stdout)
    assert (status, result["status"], result["diagnostics"]) == (0, "published", [])
    assert result["receipts"] == [
        {
            "slug": "hashicorp/foobar/amazon.image/1",
            "tag": "hashicorp/foobar",
            "artifact_type": "amazon.image",
            "version": 1,
            "id": "us-east-1:ami-0abc123",
            "url": f"{atlas.url}/hashicorp/foobar",
            "size": None,
            "sha256": None,
            "confirmed": True,
        }
    ]
    assert "  > X-Atlas-Token: [redacted]\n" in stderr
    assert '"artifact_version"' in stderr


def test_uploads_a_file_and_removes_the_checkpoint(work: Work, atlas: Atlas) -> None:
    work.publishes_to(atlas)
    box = gzip.compress(os.urandom(500_000))
    (work.path / "my.box").write_bytes(box)
    work.artifact("vagrant", "x", ["my.box"])
    status, stdout, stderr = work.publish("--resume", "checkpoint", "-vv")
    assert (status, stdout) == (0, f"hashicorp/foobar/amazon.image (v1)  {atlas.url}/hashicorp/foobar\n"), (
        stderr
    )
    assert atlas.uploads == [box]
    assert "/upload" not in stderr
    assert sorted(path.name for path in work.path.iterdir()) == ["artifact.json", "my.box", "template.json"]


def test_a_wrong_template_is_shown_without_its_token(work: Work) -> None:
    work.template([{"type": "atlas", "token": TOKEN, "artefact": "a/b", "artifact_type": "x"}])
    status, stdout, stderr = work.run("validate", "template.json", "--json")
    assert status == 2
    diagnostics = json.loads(stdout)["diagnostics"]
    assert [found["code"] for found in diagnostics] == ["missing-field", "unknown-key"]
    assert diagnostics[1]["position"] == {"line": 11, "column": 4, "length": 10}
    assert stderr.split("\n\n")[1].splitlines() == [
        "error[unknown-key]: unknown configuration key: `artefact`",
        "  --> template.json:11:4",
        "   |",
        '11 |    "artefact": "a/b",',
        "   |    ^^^^^^^^^^ /post-processors/0/artefact",
        "   |",
        "   = help: did you mean `artifact`?",
    ]
    assert stderr.endswith("\n\n2 errors; nothing was sent.\n")


def test_a_line_with_a_token_is_shown_with_stars(work: Work) -> None:
    text = json.dumps(
        {"builders": [{"type": "vm"}], "post-processors": [{"type": "atlas", "token": TOKEN}]}
    )
    status, _, stderr = work.run("validate", "-", stdin=text)
    assert status == 2
    assert f'"token": "{"*" * len(TOKEN)}"' in stderr
    assert "--> <stdin>:1:" in stderr


def test_what_can_not_be_read_is_named(work: Work) -> None:
    (work.path / "bad.json").write_bytes(b"\xff")
    (work.path / "list.json").write_text("[1]")
    for options, file, code in (
        (["missing.json"], "missing.json", "unreadable-file"),
        (["bad.json"], "bad.json", "unreadable-file"),
        (["template.json", "--artifact", "."], ".", "unreadable-file"),
        (["template.json", "--var-file", "list.json"], "list.json", "bad-variable-file"),
    ):
        status, stdout, _ = work.run("validate", "--json", *options)
        [found] = json.loads(stdout)["diagnostics"]
        assert (status, found["file"], found["code"]) == (2, file, code)


def test_variables_keep_their_order(work: Work) -> None:
    config = {"type": "atlas", "artifact": "{{user `name`}}", "artifact_type": "x", "token": "t"}
    template = {"variables": {"name": ""}, "builders": [{"type": "vm"}], "post-processors": [config]}
    (work.path / "template.json").write_text(json.dumps(template))
    (work.path / "right.json").write_text('{"name": "user/right"}')
    right = ["--var-file", "right.json"]
    wrong = ["--var", "name=wrong"]
    for options, wanted in ([*wrong, *right], 0), ([*right, *wrong], 2):
        assert work.run("validate", *options, "template.json")[0] == wanted


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--artifact", "a", "--manifest", "m"],
        ["--artifact", "a", "--attempts", "0"],
        ["--artifact", "a", "--compression", "10"],
        ["--artifact", "a", "--var", "novalue"],
    ],
)
def test_wrong_usage_is_refused(work: Work, options: list[str]) -> None:
    assert work.run("publish", *options, "template.json")[0] == 2


def test_a_component_that_is_none_can_not_publish(work: Work) -> None:
    status, stdout, _ = work.publish("--json", "--component", "template.json")
    assert (status, json.loads(stdout)["error"]["code"]) == (1, "component-failed")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_while_uploading_it_goes_on_from_the_checkpoint(
    work: Work, atlas: Atlas, number: int, status: int
) -> None:
    work.publishes_to(atlas)
    (work.path / "box").mkdir()
    (work.path / "box" / "disk").write_bytes(os.urandom(2 << 20))
    (work.path / "spool").mkdir()
    work.artifact("vm", "x", ["box"])
    options = ["--artifact", "artifact.json", "--resume", "checkpoint", "--spool", "spool", "template.json"]
    atlas.accept_uploads.clear()
    with work.start("publish", *options) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("upload"):
                break
        process.send_signal(number)
        assert process.wait(1) == status
        assert "Traceback" not in process.stderr.read()
    assert list((work.path / "spool").iterdir()) == []
    assert (work.path / "checkpoint").exists()

    atlas.accept_uploads.set()
    ended, stdout, stderr = work.run("publish", "--json", *options)
    assert ended == 0, stderr
    assert "going on from checkpoint" in stderr
    made = [line for line, _, _ in atlas.requests if line.endswith("/amazon.image")]
    assert made == ["POST /api/v1/artifacts/hashicorp/foobar/amazon.image"], "not one version"
    [receipt] = json.loads(stdout)["receipts"]
    assert receipt["sha256"] == hashlib.sha256(atlas.uploads[-1]).hexdigest()
    assert not (work.path / "checkpoint").exists()


@pytest.mark.parametrize("moment", ["reading", "packing", "waiting"])
def test_ctrl_c_is_heard_at_any_time(work: Work, atlas: Atlas, moment: str) -> None:
    work.publishes_to(atlas)
    spool = work.path / "spool"
    spool.mkdir()
    wanted, arguments = "", ["validate", "-"]
    if moment != "reading":
        arguments = ["publish", "--artifact", "artifact.json", "--spool", str(spool), "template.json"]
    if moment == "packing":
        wanted = "pack "
        (work.path / "box").mkdir()
        (work.path / "box" / "disk").write_bytes(os.urandom(100 << 20))
        work.artifact("vm", "x", ["box"])
    elif moment == "waiting":
        wanted = "  the connection was refused; trying again"
        work.environment["ATLAS_ADDRESS"] = "http://127.0.0.1:9"
    with work.start(*arguments) as process:
        assert process.stderr is not None
        if wanted:
            for line in process.stderr:
                if line.startswith(wanted):
                    break
        else:
            # Nothing tells that it reads; the module that does is loaded by then.
            wait_for(lambda: b"wasmtime" in Path(f"/proc/{process.pid}/maps").read_bytes())
        process.send_signal(signal.SIGINT)
        # Before it listens itself, the signal ends it: to a shell that is the same.
        assert process.wait(1) in (130, -signal.SIGINT)
        assert "Traceback" not in process.stderr.read()
    assert list(spool.iterdir()) == []
