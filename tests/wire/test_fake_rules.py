"""Proof that bodies beyond Discord's limits or outside its OpenAPI document are noticed."""

import aiohttp
import pytest

from tests.wire.openapi import OpenAPI
from tests.wire.rules import message_problems

needs_openapi = pytest.mark.skipif(
    OpenAPI.load() is None,
    reason="request bodies are NOT checked: Discord's OpenAPI document is not beside the checkout",
)


@needs_openapi
def test_discords_openapi_is_there_so_bodies_are_checked():
    assert OpenAPI.load().request_problem("PUT", "/applications/1/commands", "application/json", []) is None


@needs_openapi
@pytest.mark.parametrize(
    ("method", "path", "body", "complaint"),
    [
        ("PUT", "/applications/1/commands", [{"name": "x", "description": "x", "type": 77}], "0.type"),
        (
            "POST",
            "/interactions/1/a/callback",
            {"type": 8, "data": {"choices": [{"name": "x"}]}},
            "'value' is a required",
        ),
        (
            "PATCH",
            "/webhooks/1/a/messages/@original",
            {"components": [{"type": 10, "content": 5}]},
            "content: 5 is not",
        ),
        ("POST", "/channels/1/messages", {"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
        ("POST", "/channels/1/shout", {}, "not an operation"),
    ],
)
async def test_a_body_that_discords_openapi_refuses_is_a_violation(fake_discord, method, path, body, complaint):
    async with aiohttp.ClientSession() as session:
        await session.request(method, f"{fake_discord.base_url}/api/v10{path}", json=body)
    (violation,) = fake_discord.violations
    assert violation.startswith(f"{method} {path}: ")
    assert complaint in violation
    fake_discord.forget_requests()


def button(**fields):
    return {"type": 2, "style": 1, "label": "x", "custom_id": "x"} | fields


def text(content):
    return {"type": 10, "content": content}


@pytest.mark.parametrize(
    ("components", "complaint"),
    [
        ([text("x")] * 41, "between 1 and 40"),
        ([{"type": 17, "components": [text("x")] * 20}] * 2, "between 1 and 40"),
        ([text("x" * 2000), text("x" * 2001)], "4001 exceeds"),
        ([text("")], "required"),
        ([{"type": 1, "components": [button(custom_id=str(n)) for n in range(6)]}], "1 to 5 buttons"),
        ([{"type": 1, "components": [button(), button()]}], "duplicated"),
        ([{"type": 1, "components": [button(custom_id="x" * 101)]}], "between 1 and 100"),
        ([{"type": 1, "components": [button(label="x" * 81)]}], "between 1 and 80"),
        ([{"type": 1, "components": [button(style=5, custom_id=None, url="https://" + 505 * "x")]}], "1 and 512"),
        ([{"type": 1, "components": [button(style=5, custom_id=None, url="spotify:track:1")]}], "Scheme"),
        ([{"type": 1, "components": [{"type": 3, "custom_id": "x", "options": [
            {"label": str(n), "value": str(n)} for n in range(26)]}]}], "between 1 and 25"),
        ([{"type": 13, "file": {"url": "attachment://missing.csv"}}], "Attachment not found"),
        ([{"type": 13, "file": {"url": "https://cdn.discordapp.com/a.csv"}}], "named by attachment"),
        ([button()], "top-level"),
    ],
)  # fmt: skip
def test_a_layout_beyond_discords_limits_is_refused(components, complaint):
    message = {"flags": 1 << 15, "content": "", "embeds": [], "attachments": [], "components": components}
    assert complaint in str(message_problems(message))


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"flags": 1 << 15, "content": "both"}, "cannot be used"),
        ({"flags": 0}, "must be one of (1,)"),
        ({"flags": 0, "components": []}, "empty message"),
        ({"flags": 0, "components": [], "embeds": [{"description": "x" * 3001}] * 2}, "exceeds maximum size"),
    ],
)
def test_content_embeds_and_layouts_do_not_mix(fields, complaint):
    message = {"content": "", "embeds": [], "attachments": [], "components": [text("x")]} | fields
    assert complaint in str(message_problems(message))
