"""Finding and downloading, with the real component."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from atlas_post_processor import Field, PartFile, Query, Report, Retry, Stopped, download, find
from conftest import TOKEN, Atlas, Work, wait_for

RUNNER = Path(__file__).with_name("runner.py")
SLUG = "hashicorp/foobar/vagrant.box"
QUERY = Query(SLUG, retry=Retry(3, 5000))


@pytest.fixture
def box(work: Work, atlas: Atlas) -> bytes:
    """The file of version 3."""
    work.publishes_to(atlas)
    (work.path / "template.json").unlink()
    atlas.file = os.urandom(3 << 20)
    atlas.version = {
        "version": 3,
        "id": "x",
        "file": True,
        "metadata": {"provider": "virtualbox"},
        "size": len(atlas.file),
        "sha256": hashlib.sha256(atlas.file).hexdigest(),
    }
    return atlas.file


def get(work: Work, query: Query = QUERY, **more: Any) -> Report:
    output = more.pop("output", work.path / "my.box")
    return work.without_secrets(download(query, output, work.options(), **more))


def names(work: Work) -> list[str]:
    return sorted(path.name for path in work.path.iterdir())


def code(report: Report) -> str:
    result = json.loads(report.json)
    found: str = result["error"]["code"] if "error" in result else result["diagnostics"][0]["code"]
    return found


def test_finds_a_version(work: Work, box: bytes) -> None:
    for query, line in (
        (QUERY, None),
        (Query(SLUG, "any", [("provider", None)], Field("metadata.provider")), "virtualbox"),
        (Query(f"{SLUG}/3", metadata=[("provider", "virtualbox")], field=Field("version")), "3"),
    ):
        report = work.without_secrets(find(query, work.options()))
        assert (report.exit_status, json.loads(report.json)["version"]["version"]) == (0, 3), work.lines
        assert line is None or report.lines == [line]


def test_finds_nothing_or_is_refused(work: Work, box: bytes, atlas: Atlas) -> None:
    report = find(Query(SLUG, metadata=[("provider", "vmware")]), work.options())
    assert (report.exit_status, code(report)) == (3, "nothing-found")
    sent = len(atlas.requests)
    report = find(Query("nothing", "x"), work.options())
    assert (report.exit_status, json.loads(report.json)["diagnostics"][0]["source"]) == (2, "query")
    assert len(atlas.requests) == sent


def test_the_address_and_the_token_can_be_given(work: Work, box: bytes, atlas: Atlas) -> None:
    work.environment.clear()
    query = Query(SLUG, address=atlas.url, token=TOKEN)
    assert TOKEN not in repr(query)
    assert work.without_secrets(find(query, work.options())).exit_status == 0
    assert atlas.requests[-1][1]["X-Atlas-Token"] == TOKEN


def test_downloads_a_file(work: Work, box: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for checkpoint in (None, work.path / "checkpoint"):
        (work.path / "my.box.part").write_bytes(b"of another time")
        report = get(work, checkpoint=checkpoint)
        assert (report.exit_status, json.loads(report.json)["download"]["verified"]) == (0, True)
        assert (work.path / "my.box").read_bytes() == box
        assert names(work) == ["my.box"]
    monkeypatch.chdir(work.path)
    assert get(work, output=None).exit_status == 0
    assert names(work) == ["foobar.box", "my.box"]


def test_what_breaks_off_goes_on_by_itself(work: Work, box: bytes, atlas: Atlas) -> None:
    atlas.breaks = [1 << 20, 1000]
    assert get(work).exit_status == 0, work.lines
    ranges = [headers.get("Range") for line, headers, _ in atlas.requests if line.endswith("/file")]
    assert ranges == [None, f"bytes={1 << 20}-", f"bytes={(1 << 20) + 1000}-"]
    assert (work.path / "my.box").read_bytes() == box


def test_with_a_checkpoint_another_run_goes_on(work: Work, box: bytes, atlas: Atlas) -> None:
    atlas.breaks = [1 << 20, 1000]
    once = Query(SLUG, retry=Retry(1, 0))
    assert get(work, once, checkpoint=work.path / "checkpoint").exit_status == 1
    assert names(work) == ["checkpoint", "my.box.part"]
    # Of another download, it is refused, and all stays.
    report = get(work, Query(f"{SLUG}/4"), checkpoint=work.path / "checkpoint")
    assert (report.exit_status, code(report)) == (2, "checkpoint-mismatch")
    assert names(work) == ["checkpoint", "my.box.part"]
    atlas.breaks = []
    assert get(work, checkpoint=work.path / "checkpoint").exit_status == 0, work.lines
    assert atlas.requests[-1][1]["Range"] == f"bytes={1 << 20}-"
    assert (work.path / "my.box").read_bytes() == box
    assert names(work) == ["my.box"]


def test_a_failure_leaves_nothing_that_is_of_no_use(work: Work, box: bytes, atlas: Atlas) -> None:
    atlas.breaks = [1000]
    assert get(work, Query(SLUG, retry=Retry(1, 0))).exit_status == 1
    assert names(work) == []
    atlas.version["sha256"] = "0" * 64
    report = get(work, checkpoint=work.path / "checkpoint")
    assert (report.exit_status, code(report)) == (1, "file-differs")
    assert names(work) == []


def test_a_file_that_can_not_be_written(work: Work, box: bytes, atlas: Atlas) -> None:
    (work.path / "my.box.part").mkdir()
    report = get(work)
    assert (report.exit_status, code(report)) == (1, "file-not-written")
    (work.path / "my.box.part").rmdir()
    # What stands in the way of the name comes when it has begun.
    options = dataclasses.replace(
        work.options(), on_line=lambda _: (work.path / "my.box").mkdir(exist_ok=True)
    )
    report = download(QUERY, work.path / "my.box", options)
    assert (report.exit_status, code(report)) == (1, "file-not-written")
    assert names(work) == ["my.box"]


def test_where_no_file_can_be_nothing_is_sent(work: Work, box: bytes, atlas: Atlas) -> None:
    (work.path / "directory").mkdir()
    other = PartFile(work.path / "held")
    other.lock()
    for name, words in (("directory", "directory"), ("held", "another process"), ("no/where", "exist")):
        output = work.path / name
        report = get(work, output=output, checkpoint=work.path / "checkpoint")
        assert report.exit_status == 2
        [finding] = json.loads(report.json)["diagnostics"]
        assert finding["source"] == "files"
        assert finding["message"].startswith(f"{output}: ")
        assert words in finding["message"]
    assert names(work) == ["directory", "held.part.lock"]
    other.close()
    assert atlas.requests == []
    assert get(work, output=work.path / "held").exit_status == 0


def test_two_downloads_exclude_each_other(work: Work, box: bytes, atlas: Atlas) -> None:
    atlas.breaks = [1 << 20]
    atlas.may_break.clear()
    reports: list[Report] = []
    first = threading.Thread(target=lambda: reports.append(get(work)))
    first.start()
    part = work.path / "my.box.part"
    wait_for(lambda: part.exists() and part.stat().st_size == 1 << 20)
    options = work.options()
    assert download(QUERY, work.path / "my.box", options).exit_status == 2
    assert part.stat().st_size == 1 << 20
    atlas.may_break.set()
    first.join(20)
    assert [report.exit_status for report in reports] == [0]
    assert names(work) == ["my.box"]


@pytest.mark.parametrize("keeps", [False, True])
def test_stopped_it_leaves_what_can_be_gone_on_with(
    work: Work, box: bytes, atlas: Atlas, keeps: bool
) -> None:
    atlas.breaks = [1 << 20]
    atlas.may_break.clear()
    stop = threading.Event()
    part = work.path / "my.box.part"

    def stop_at_half() -> None:
        wait_for(lambda: part.exists() and part.stat().st_size == 1 << 20)
        stop.set()

    threading.Thread(target=stop_at_half).start()
    checkpoint = work.path / "checkpoint" if keeps else None
    with pytest.raises(Stopped):
        download(QUERY, work.path / "my.box", work.options(stop=stop), checkpoint=checkpoint)
    assert names(work) == (["checkpoint", "my.box.part"] if keeps else [])


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_runner_downloads(work: Work, box: bytes, atlas: Atlas, number: int, status: int) -> None:
    environment = {k: v for k, v in os.environ.items() if k[:6] != "ATLAS_"} | work.environment

    def start(*options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, RUNNER, *options],
            cwd=work.path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    part = work.path / "foobar.box.part"
    for options, left in (
        ((), []),
        (("--resume", "checkpoint"), ["checkpoint", "foobar.box.part"]),
    ):
        atlas.breaks = [1 << 20]
        atlas.may_break.clear()
        with start("download", SLUG, *options) as process:
            wait_for(lambda: part.exists() and part.stat().st_size == 1 << 20)
            process.send_signal(number)
            assert process.wait(3) == status
            assert process.stderr is not None
            assert "Traceback" not in process.stderr.read()
        assert names(work) == left
        atlas.may_break.set()
    with start("download", f"{SLUG}/3", "--resume", "checkpoint", "--json") as process:
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    assert json.loads(stdout)["download"]["size"] == len(box)
    assert names(work) == ["foobar.box"]
    assert atlas.requests[-1][1]["Range"] == f"bytes={1 << 20}-"
    with start("find", SLUG, "--version", "any", "--metadata", "provider", "--field", "id") as process:
        assert process.communicate(timeout=60)[0] == "x\n"
