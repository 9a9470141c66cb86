"""What schemathesis does not know of this API."""

import os

import schemathesis
from schemathesis.core.parameters import ParameterLocation

schemathesis.serializer.alias("application/partial-upload", "application/octet-stream")

# What is there.
PATH = {"user": "hashicorp", "name": "web", "type": "t", "version": "1", "key": os.environ["ATLAS_UPLOAD_KEY"]}
# What goes away is nothing that others need: another version, and not the token that the run itself shows.
PATH_OF = {"delete_version": {"version": "2"}, "revoke_token": {"id": "2"}}


@schemathesis.deserializer("application/octet-stream")
def read_bytes(_context, response):
    return response.content.decode("latin-1")


@schemathesis.hook
def map_case(_context, case):
    """Puts what is there in the place of what was made up, unless that is meant to be wrong."""
    part = case.meta.components.get(ParameterLocation.PATH)
    if part is not None and part.mode.is_positive:
        there = PATH | PATH_OF.get(case.operation.definition.raw["operationId"], {})
        case.path_parameters.update({name: there[name] for name in case.path_parameters if name in there})
    part = case.meta.components.get(ParameterLocation.BODY)
    if part is not None and part.mode.is_positive and case.media_type == "application/x-www-form-urlencoded":
        case.body = form(case.body)
    return case


def form(value):
    """What a form can carry: a bracket in a name means nesting, and a name that comes twice has no place."""
    if not isinstance(value, dict):
        return value
    plain = (name for name in value if name and not set(name) & set("[]"))
    return {name: form(value[name]) for name in plain if not isinstance(value[name], list)}


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Where links lead to the token of the run itself, too."""
    if case.operation.definition.raw["operationId"] == "revoke_token" and str(case.path_parameters["id"]) == "1":
        case.path_parameters["id"] = "2"
