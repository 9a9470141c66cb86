"""The checkpoint's file and its lock."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from atlas_post_processor import CheckpointFile
from conftest import wait_for

HOLD = """
import sys, time
from atlas_post_processor import CheckpointFile
checkpoint = CheckpointFile(sys.argv[1])
checkpoint.lock()
print("held", flush=True)
time.sleep(60)
"""


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_one_holds_it_at_a_time(tmp_path: Path) -> None:
    first, second = (CheckpointFile(tmp_path / "c") for _ in range(2))
    first.lock()
    assert (tmp_path / "c.lock").read_text() == f"flock {os.getpid()}\n"
    with pytest.raises(BlockingIOError):
        second.lock()
    first.close()
    assert names(tmp_path) == []
    second.lock()
    second.close()
    assert names(tmp_path) == []


def test_of_many_at_once_one_has_it(tmp_path: Path) -> None:
    inside, most, wins = [0], [0], [0]
    guard = threading.Lock()

    def run() -> None:
        for _ in range(100):
            checkpoint = CheckpointFile(tmp_path / "c")
            try:
                checkpoint.lock()
            except BlockingIOError:
                continue
            with guard:
                inside[0] += 1
                wins[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.0005)
            with guard:
                inside[0] -= 1
            checkpoint.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wins[0] > 8
    assert most[0] == 1
    assert names(tmp_path) == []


def test_who_is_killed_holds_it_no_more(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "c")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        checkpoint = CheckpointFile(tmp_path / "c")
        with pytest.raises(BlockingIOError):
            checkpoint.lock()
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
    checkpoint.lock()
    checkpoint.close()
    assert names(tmp_path) == []


def test_a_host_without_flock_holds_it_by_its_number(tmp_path: Path) -> None:
    lock = tmp_path / "c.lock"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        lock.write_text(f"pid {other.pid}\n")
        checkpoint = CheckpointFile(tmp_path / "c")
        with pytest.raises(BlockingIOError):
            checkpoint.lock()
        assert lock.read_text() == f"pid {other.pid}\n"
        other.communicate(b"\n")
    wait_for(lambda: other.returncode is not None)
    for text in (f"pid {other.pid}\n", "pid", "pid -1", "nonsense"):
        lock.write_text(text)
        checkpoint.lock()
        checkpoint.close()
        assert names(tmp_path) == []


def test_a_file_of_another_is_not_removed(tmp_path: Path) -> None:
    checkpoint = CheckpointFile(tmp_path / "c")
    checkpoint.lock()
    (tmp_path / "c.lock").unlink()
    (tmp_path / "c.lock").write_text("another's")
    checkpoint.close()
    assert (tmp_path / "c.lock").read_text() == "another's"


def test_a_write_that_fails_leaves_the_checkpoint_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = CheckpointFile(tmp_path / "c")
    checkpoint.write("one")

    def is_full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", is_full)
        with pytest.raises(OSError, match="No space"):
            checkpoint.write("two")
    assert (tmp_path / "c").read_text() == "one"
    assert names(tmp_path) == ["c"]
    checkpoint.write("two")
    assert (tmp_path / "c").read_text() == "two"
    checkpoint.remove()
    assert names(tmp_path) == []
