"""Publishes an AMI through the `atlas` post-processors of template.json.

ATLAS_TOKEN=… python publish.py
"""

import json
import sys

from atlas_post_processor import Job, Options, Retry, publish

job = Job(
    template="template.json",
    artifact={"builder-id": "mitchellh.amazonebs", "id": "us-east-1:ami-0abc123"},
    checkpoint="publish.checkpoint",  # run it again after a crash, and it goes on from there
    retry=Retry(attempts=5, timeout_ms=60_000),
)
report = publish(job, Options(verbosity=1, on_line=lambda line: print(line, file=sys.stderr)))
print(*report.messages, sep="\n", file=sys.stderr)
for receipt in json.loads(report.json).get("receipts", []):
    print(receipt["slug"], receipt["url"])
sys.exit(report.exit_status)
