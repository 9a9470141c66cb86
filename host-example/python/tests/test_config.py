"""Configurations that stand in no template."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atlas_post_processor import Job, publish, validate
from conftest import TOKEN, Atlas, Work

CONFIG = {"artifact": "hashicorp/foobar", "artifact_type": "amazon.image"}


def test_publishes_through_a_configuration(work: Work, atlas: Atlas) -> None:
    work.environment["ATLAS_ADDRESS"] = atlas.url
    config = work.path / "config.json"
    config.write_text(json.dumps(CONFIG | {"metadata": {"of": "{{build_name}} {{user `v`}}"}}))
    settings = [("artifact", "no slug"), ("token", TOKEN), ("artifact", "a/b"), ("metadata.os", "linux")]
    given: dict[str, Any] = {
        "config": config,
        "settings": settings,
        "variables": {"v": "five"},
        "build": "ours",
    }
    assert work.validate(**given).exit_status == 0, work.lines
    report = work.publish(**given)
    assert report.exit_status == 0, work.lines
    assert json.loads(report.json)["receipts"][0]["tag"] == "a/b"
    metadata = atlas.version["metadata"]
    assert (metadata["os"], metadata["of"]) == ("linux", "ours five")


def test_findings_point_into_what_was_made_of_it(work: Work) -> None:
    work.environment["ATLAS_TOKEN"] = TOKEN
    (work.path / "config.json").write_text("{}")
    for config, settings, code in (
        (CONFIG, [("artefact", "x")], "unknown-key"),
        (b"[]", [("a", "b")], "wrong-type"),
        (b"{", [], "syntax"),
        (work.path / "missing.json", [], "unreadable-file"),
        (work.path / "config.json", [], "missing-field"),
    ):
        report = work.validate(config=config, settings=settings)
        findings = json.loads(report.json)["diagnostics"]
        assert (report.exit_status, findings[0]["source"]) == (2, "configuration")
        assert code in [finding["code"] for finding in findings]
    work.validate(config=CONFIG, settings=[("artefact", "x")])
    assert any('"artefact": "x"' in line for line in work.lines)


def test_a_record_has_warnings(work: Work) -> None:
    work.environment |= {"ATLAS_TOKEN": TOKEN, "ATLAS_ADDRESS": "http://127.0.0.1:9"}
    report = work.validate(artifact=work.artifact | {"metadata": {"size": 9007199254740993}})
    result = json.loads(report.json)
    assert (report.exit_status, [found["source"] for found in result["diagnostics"]]) == (0, ["artifact"])


def test_either_a_template_or_a_configuration() -> None:
    for job in (Job(), Job("t.json", config={}), Job("t.json", settings=[("a", "b")])):
        with pytest.raises(ValueError, match=r"template"):
            validate(job)
    with pytest.raises(ValueError, match="artifact"):
        publish(Job("t.json"))
