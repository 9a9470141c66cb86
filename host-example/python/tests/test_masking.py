"""What is kept off the screen."""

from __future__ import annotations

import pytest

from atlas_post_processor.cli.masking import Mask
from atlas_post_processor.cli.watching import redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # Values of names that sound secret.
        (r'{"token": "abc.é1", "artifact": "a/b"}', r'{"token": "******", "artifact": "a/b"}'),
        (r'"aws_secret_key":"x\"y"', r'"aws_secret_key":"****"'),
        ('"Password":\n  "hunter2"\n', '"Password":\n  "*******"\n'),
        # Broken documents.
        ('"token" "abc",', '"token" "***",'),
        ('"token": "abc,\n"b": 1', '"token": "****\n"b": 1'),
        ('"token": abc"}', '"token": ***"}'),
        ("token = 'abc'", "token = '***'"),
        # Templates stay readable but for literals.
        ('"token": "{{user `atlas_token`}}"', '"token": "{{user `atlas_token`}}"'),
        (r'"token": "{{ env \"ATLAS\" | upper }}"', r'"token": "{{ env \"ATLAS\" | upper }}"'),
        ('"token": "x{{upper `abc`}}y{{user `n`}}"', '"token": "*{{upper `***`}}*{{user `n`}}"'),
        (r'"token": "{{printf \"a%s\" `bc`}}"', r'"token": "{{printf \"***\" `**`}}"'),
        # Names as values hide nothing.
        ('{"type": "token", "names": ["key", "x"]}', '{"type": "token", "names": ["key", "x"]}'),
    ],
)
def test_documents(text: str, shown: str) -> None:
    assert Mask({}).document(text) == shown


def test_given_variables_are_hidden_everywhere() -> None:
    mask = Mask({"my_token": "s3cr3t", "pin_key": "123", "region": "eu-west-1"})
    assert mask.text("s3cr3t in eu-west-1, 123") == "****** in eu-west-1, 123"
    assert mask.document('["s3cr3t"]') == '["******"]'


def test_upload_paths_and_tokens_are_redacted_in_json() -> None:
    value = {"a": [{"upload_path": "x", "upload_token": "y", "id": "z"}]}
    assert redacted(value) == {
        "a": [{"upload_path": "[redacted]", "upload_token": "[redacted]", "id": "z"}]
    }
