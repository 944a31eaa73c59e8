"""Checks bodies against Discord's published OpenAPI document, when that document is beside the checkout."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SPEC_PATH = Path(__file__).parents[3] / "shared" / "specs" / "discord-openapi.json"
SPEC_URI = "https://discord.com/openapi"
JSON_TYPE, MULTIPART = "application/json", "multipart/form-data"

# Where discord.py departs from the document and Discord accepts it, body path by body path.
# The document writes every id as a string; discord.py writes these ones as JSON integers.
INTEGER_IDS = (
    r"(data\.)?attachments\.\d+\.id",  # discord.File.to_dict: the index of the file; Attachment.to_dict: its id
    r"(data\.)?allowed_mentions\.(users|roles)\.\d+",  # discord.AllowedMentions.to_dict
    r"message_reference\.(message|channel|guild)_id",  # discord.MessageReference.to_dict
    r"recipient_id",  # discord.http.HTTPClient.start_private_message
)
_INTEGER_ID = re.compile("|".join(f"(?:{pattern})" for pattern in INTEGER_IDS))

formats = FormatChecker(formats=())


@formats.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(re.match(r"[a-z][a-z0-9+.-]*://[^\s]+$", value))


@formats.checks("snowflake")
def _is_snowflake(value: object) -> bool:
    return not isinstance(value, str) or (value.isdecimal() and int(value) < 2**64)


@formats.checks("int32")
def _is_int32(value: object) -> bool:
    return not isinstance(value, int) or -(2**31) <= value < 2**31


class OpenAPI:
    """The operations of the document and a validator for each body, built when first needed."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        resource = Resource.from_contents(spec, default_specification=DRAFT202012)
        self._registry = Registry().with_resource(SPEC_URI, resource)
        # Literal segments win over templated ones: ".../messages/@original" over ".../messages/{message_id}".
        self._templates = [
            (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), path)
            for path in sorted(spec["paths"], key=lambda path: path.count("{"))
        ]
        self._validator = cache(self._build)
        # The same commands are synced at every start of a bot; checking them once is enough.
        self._problem = cache(self._check)

    @classmethod
    def load(cls, path: Path = SPEC_PATH) -> "OpenAPI | None":
        """The document, or None where it is absent."""
        return _load(path)

    def request_problem(self, method: str, path: str, content_type: str, body: Any) -> str | None:
        """What is wrong with a request, in one sentence; `path` is relative to the API's root."""
        found = self._operation(method, path)
        if not found:
            return f"{method} {path} is not an operation of Discord's API"
        pointer, operation = found
        contents = operation.get("requestBody", {}).get("content", {})
        if body is None:
            required = operation.get("requestBody", {}).get("required")
            return f"{method} {path} needs a body" if required else None
        if content_type not in contents:
            return f"{method} {path} takes no body of type {content_type}"
        schema = f"{pointer}/requestBody/content/{_escape(content_type)}/schema"
        return self._problem(schema, json.dumps(_with_string_ids(body)))

    def response_problem(self, method: str, path: str, status: int, body: Any) -> str | None:
        """What is wrong with an answer of the fake itself; only successful answers have a body worth checking."""
        found = self._operation(method, path)
        if not found or not 200 <= status < 300:
            return None
        pointer, operation = found
        response = operation["responses"].get(str(status))
        if response is None:
            return f"{method} {path} never answers {status}"
        if JSON_TYPE not in response.get("content", {}):
            return f"{method} {path} answers {status} without a body" if body is not None else None
        return self._problem(f"{pointer}/responses/{status}/content/{_escape(JSON_TYPE)}/schema", json.dumps(body))

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        for pattern, template in self._templates:
            operation = self._spec["paths"][template].get(method.lower())
            if operation and pattern.fullmatch(path):
                return f"/paths/{_escape(template)}/{method.lower()}", operation
        return None

    def _check(self, pointer: str, body: str) -> str | None:
        return _explain(self._validator(pointer), json.loads(body))

    def _build(self, pointer: str) -> Validator:
        schema = {"$ref": f"{SPEC_URI}#{quote(pointer)}"}
        return Draft202012Validator(schema, registry=self._registry, format_checker=formats)


@cache
def _load(path: Path) -> OpenAPI | None:
    return OpenAPI(json.loads(path.read_bytes())) if path.exists() else None


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _with_string_ids(value: Any, path: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _with_string_ids(one, f"{path}.{key}" if path else key) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_string_ids(one, f"{path}.{index}" if path else str(index)) for index, one in enumerate(value)]
    if type(value) is int and _INTEGER_ID.fullmatch(path):
        return str(value)
    return value


def _explain(validator: Validator, body: Any) -> str | None:
    error = next(validator.iter_errors(body), None)
    if error is None:
        return None
    while error.context:
        error = _meant_branch(error)
    return f"{'.'.join(map(str, error.absolute_path)) or 'body'}: {error.message[:300]}"


def _meant_branch(error: ValidationError) -> ValidationError:
    """Of all alternatives that failed, the one whose `type` fits: its own error is the one worth reading."""
    branches: dict[Any, list[ValidationError]] = {}
    for one in error.context:
        branches.setdefault(one.schema_path[0], []).append(one)

    def distance(errors: list[ValidationError]) -> tuple[bool, bool, int]:
        about_type = any(list(one.relative_path) == ["type"] for one in errors)
        wrong_kind = any(not one.relative_path and one.validator == "type" for one in errors)
        return about_type, wrong_kind, -max(len(one.relative_path) for one in errors)

    return min(branches.values(), key=distance)[0]
