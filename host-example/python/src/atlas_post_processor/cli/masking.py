"""Keeps secrets off the screen.

A line of a template that is shown under a diagnostic can hold a token. Two things are masked, character
by character so that columns stay what they are: values beside a name that sounds like a secret's, and the
values of such variables that were given on the command line. Text that is no JSON at all is read all the
same: it is shown because it is broken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECRET_WORDS = (
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "credential",
    "private",
    "key",
)
_SHORTEST_SECRET = 4
"""Shorter values are not looked for in texts: they are anywhere, and no secrets."""

_TOKENS = re.compile(
    r"""
      (?P<value> "(?:\\[^\n]|[^"\\\n])*\\?"?     # a string, closed or up to the end of its line
               | '(?:\\[^\n]|[^'\\\n])*\\?'?
               | [^\s:=\[\]{},"']  [^\s:=\[\]{},"]* )   # or anything without quotes
    | (?P<between> \s+ | [:=] )     # a missing colon can be what is wrong with the document
    | (?P<other> [{}\[\],] )
    """,
    re.VERBOSE,
)
_ACTION = re.compile(r"(\{\{.*?(?:\}\}|$))", re.DOTALL)
"""What a template does in a value: it names variables, and is what a diagnostic may be about."""
_LITERAL = re.compile(r"""([`"])(.*?)(\1|$)""", re.DOTALL)
_NAMING_FUNCTIONS = ("user", "env", "isotime")
"""Functions of templates whose argument is a name, which may be shown."""


class Mask:
    """Knows what is not to be shown."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """Of the variables that were given, those that sound secret are."""
        self._values = [
            value
            for name, value in variables.items()
            if sounds_secret(name) and len(value) >= _SHORTEST_SECRET
        ]

    def text(self, text: str) -> str:
        """Any text, without the values that are known to be secret."""
        for value in self._values:
            text = text.replace(value, "*" * len(value))
        return text

    def document(self, text: str) -> str:
        """A document, without these and without what stands beside a name that sounds secret."""
        shown = []
        after_secret_name = False
        for token in _TOKENS.finditer(text):
            part = token.group()
            if token.lastgroup == "value" and after_secret_name:
                part = _masked(part)
                after_secret_name = False
            elif token.lastgroup == "value":
                after_secret_name = sounds_secret(part)
            elif token.lastgroup == "other":
                after_secret_name = False
            shown.append(part)
        return self.text("".join(shown))


def sounds_secret(name: str) -> bool:
    """Whether the value of that name is none of the onlookers' business."""
    name = name.lower()
    return any(word in name for word in _SECRET_WORDS)


def _masked(value: str) -> str:
    """Stars for a value, but for its quotes and for its actions."""
    first = value[0] if value[0] in "\"'" else ""
    last = first if len(value) > 1 and value.endswith(first) else ""
    inner = value[len(first) : len(value) - len(last)]
    parts = [
        _masked_action(part) if part.startswith("{{") else "*" * len(part) for part in _ACTION.split(inner)
    ]
    return first + "".join(parts) + last


def _masked_action(action: str) -> str:
    """Stars for the literals in an action, but for names."""
    shown, end = [], 0
    for literal in _LITERAL.finditer(action):
        before = action[end : literal.start()]
        end = literal.end()
        words = re.findall(r"\w+", before)
        is_name = bool(words) and words[-1] in _NAMING_FUNCTIONS
        shown += [before, literal.group() if is_name else _masked_literal(literal)]
    return "".join([*shown, action[end:]])


def _masked_literal(literal: re.Match[str]) -> str:
    quote, text, close = literal.groups()
    # The backslash before an inner quote of a JSON string belongs to the quote.
    belongs = "\\" if text.endswith("\\") and quote == '"' else ""
    return quote + "*" * (len(text) - len(belongs)) + belongs + close
