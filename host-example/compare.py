#!/usr/bin/env python3
"""Measures the hosts side by side: python3 host-example/compare.py

Rust's is its command; the libraries in Node and Python are driven by their runners for the conformance
suite, which take the same arguments. Needs a release build: `cargo build --release --package atlas-host-cli`,
and the other hosts as their READMEs set them up (`cargo test --package atlas-host-cli --test hosts` does that,
too). Linux alone: memory is read from /proc.
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOSTS = ROOT / "host-example"
RUST = ROOT / "target/release/atlas-host"
PYTHON = ROOT / "target/tmp/python/bin/python"
COMMANDS = {
    "Rust": [RUST],
    "Node": ["node", HOSTS / "node/conformance/runner.mjs"],
    "Python": [PYTHON, HOSTS / "python/tests/runner.py"],
}
TEMPLATE = {
    "builders": [{"type": "vm"}],
    "post-processors": [{"type": "atlas", "artifact": "hashicorp/compare", "artifact_type": "disk.image"}],
}
MB = 1_000_000
STARTS = 15


def make_directory(directory):
    """200 MB: text, machine code, what does not shrink, and nothing, in equal parts."""
    directory.mkdir()
    rng = random.Random(1)
    words = [bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))) for _ in range(3000)]
    program = pathlib.Path(os.path.realpath(sys.executable)).read_bytes()
    text = b" ".join(rng.choices(words, k=10 * MB // 6))
    (directory / "text").write_bytes((text * 6)[: 50 * MB])
    (directory / "code").write_bytes((program * (50 * MB // len(program) + 1))[: 50 * MB])
    (directory / "noise").write_bytes(rng.randbytes(50 * MB))
    with (directory / "nothing").open("wb") as nothing:
        nothing.truncate(50 * MB)


def tree(process_id):
    """A process and all that it has started."""
    found = [process_id]
    for task in pathlib.Path(f"/proc/{process_id}/task").glob("*/children"):
        for child in task.read_text().split():
            found += tree(int(child))
    return found


def memory(process_id):
    """Resident bytes of all of them, what they share counted once for each."""
    pages = 0
    for one in tree(process_id):
        pages += int(pathlib.Path(f"/proc/{one}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def publish(command, environment, directory, artifact):
    """Publishes; the seconds that packing and uploading took, the peak of memory, and the SHA-256."""
    (directory / "artifact.json").write_text(json.dumps(artifact))
    words = [*command, "publish", "--json", "--artifact", "artifact.json", "template.json"]
    process = subprocess.Popen(
        words, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    peak = 0

    def watch():
        nonlocal peak
        while process.poll() is None:
            try:
                peak = max(peak, memory(process.pid))
            except OSError:
                pass
            time.sleep(0.01)

    watching = threading.Thread(target=watch)
    watching.start()
    begun, took, step = time.monotonic(), {}, None
    for line in process.stderr:
        now = time.monotonic()
        if not line.startswith(" "):
            if step:
                took[step] = took.get(step, 0) + now - begun
            step, begun = line.split()[0], now
    result = json.load(process.stdout)
    process.wait()
    watching.join()
    assert result["status"] == "published", result
    return took, peak, result["receipts"][0]["sha256"]


def measure(command, environment, directory):
    starts = []
    for _ in range(STARTS):
        begun = time.monotonic()
        words = [*command, "validate", "template.json"]
        subprocess.run(words, cwd=directory, env=environment, check=True, capture_output=True)
        starts.append(time.monotonic() - begun)
    made = {"builder-id": "packer.file", "id": "File"}
    took, peak, sha256 = publish(command, environment, directory, {**made, "files": ["mix"]})
    packing = 200 * MB / took["pack"] / MB
    # An upload by itself, long enough to be measured.
    took, other, _ = publish(command, environment, directory, {**made, "files": ["disk.gz"]})
    uploading = (directory / "disk.gz").stat().st_size / took["upload"] / MB
    return sorted(starts)[len(starts) // 2], packing, uploading, max(peak, other), sha256


def main():
    with tempfile.TemporaryDirectory() as temporary:
        directory = pathlib.Path(temporary)
        (directory / "template.json").write_text(json.dumps(TEMPLATE))
        make_directory(directory / "mix")
        (directory / "disk.gz").write_bytes(bytes.fromhex("1f8b0800000000000003") + random.Random(2).randbytes(50 * MB) * 10)
        words = [RUST, "serve", "--data", directory / "atlas", "--listen", "127.0.0.1:0"]
        server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        said = [server.stdout.readline().split() for _ in range(3)]
        environment = {**os.environ, "ATLAS_ADDRESS": said[0][-1], "ATLAS_TOKEN": said[2][-1]}
        environment["PYTHONPATH"] = str(HOSTS / "python/src")
        try:
            print("| | start | packing | uploading | peak memory |\n|---|---|---|---|---|")
            sums = set()
            for name, command in COMMANDS.items():
                start, packing, uploading, peak, sha256 = measure(command, environment, directory)
                sums.add(sha256)
                print(
                    f"| {name} | {start * 1000:.0f} ms | {packing:.0f} MB/s | {uploading:.0f} MB/s "
                    f"| {peak / MB:.0f} MB |"
                )
            assert len(sums) == 1, "the archives differ"
        finally:
            server.terminate()
            server.wait()


main()
