"""Filling in a form the way a person's client sends it."""

from typing import Any

from tests.wire.components import ACTION_ROW, LABEL, TEXT_DISPLAY, TEXT_INPUT
from tests.wire.payloads import Json, User

RADIO_GROUP, CHECKBOX = 21, 23


def submission(modal: Json, values: dict[str, Any]) -> Json:
    """The data of the submission; `values` are keyed by label or custom id."""
    left = dict(values)
    parts = [_part(index, component, left) for index, component in enumerate(modal["components"], start=1)]
    assert not left, f"the form has no {sorted(left)}"
    return {"custom_id": modal["custom_id"], "components": parts}


def _part(number: int, component: Json, left: dict[str, Any]) -> Json:
    kind = component["type"]
    if kind == TEXT_DISPLAY:
        return {"type": kind, "id": number}
    if kind == ACTION_ROW:
        inner = component["components"][0]
        return {"type": kind, "id": number, "components": [_field(number, inner, inner.get("label"), left)]}
    assert kind == LABEL, f"a form cannot hold a component of type {kind}"
    return {"type": kind, "id": number, "component": _field(number, component["component"], component["label"], left)}


def _field(number: int, field: Json, label: str | None, left: dict[str, Any]) -> Json:
    custom_id, kind = field["custom_id"], field["type"]
    given = left.pop(custom_id, None) if custom_id in left else left.pop(label, None)
    filled = {"type": kind, "custom_id": custom_id, "id": 100 + number}
    if kind == TEXT_INPUT:
        text = given if given is not None else field.get("value") or ""
        assert text or not field.get("required", True), f"the form needs {label!r}"
        low, high = field.get("min_length") or 0, field.get("max_length") or 4000
        assert not text or low <= len(text) <= high, f"{label!r} takes {low} to {high} characters, not {len(text)}"
        return filled | {"value": text}
    if kind in (RADIO_GROUP, CHECKBOX):
        return filled | {"value": given}
    return filled | {"values": [one.id if isinstance(one, User) else one for one in given or ()]}
