"""Sentences for people that can still be told apart from what they were filled with, and so said in other languages."""

from collections.abc import Sequence
from typing import Any, Self

TEXT_QUOTED = "“{text}”"
TEXT_AND, TEXT_OR, TEXT_COMMA = "{first} and {last}", "{first} or {last}", "{first}, {last}"


class Phrase(str):
    """An English text that remembers its template and its values, phrases among them; to everybody else it is a str."""

    template: str
    # The template for other numbers than one, where the language of the template tells them apart.
    plural: str | None
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Self:
        return cls._made(template, None, template, values)

    @classmethod
    def counting(cls, one: str, many: str, /, count: int, **values: Any) -> Self:
        """`one` or `many`, as `count` asks for."""
        return cls._made(one, many, one if count == 1 else many, values | {"count": count})

    @classmethod
    def _made(cls, template: str, plural: str | None, english: str, values: dict[str, Any]) -> Self:
        made = super().__new__(cls, english.format(**values) if values else english)
        made.template, made.plural, made.values = template, plural, values
        return made


def all_of(parts: Sequence[str]) -> str:
    """ "a, b and c"; parts may be phrases."""
    return _joined(parts, TEXT_AND)


def any_of(parts: Sequence[str]) -> str:
    """ "a, b or c"; parts may be phrases."""
    return _joined(parts, TEXT_OR)


def quoted(text: str) -> str:
    return Phrase(TEXT_QUOTED, text=text)


def listed(parts: Sequence[str]) -> str:
    """ "a, b, c"; parts may be phrases."""
    return _joined(parts, TEXT_COMMA)


def _joined(parts: Sequence[str], last_two: str) -> str:
    if not parts:
        return ""
    joined = parts[0]
    for place, part in enumerate(parts[1:], start=2):
        template = last_two if place == len(parts) else TEXT_COMMA
        joined = Phrase(template, first=joined, last=part)
    return joined
