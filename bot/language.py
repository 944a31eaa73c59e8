"""The language of replies. Texts are written in English where they are used; catalogues hold them in other languages.

`say` is what a text goes through on its way to a member. Which language it comes in was decided when the answer began.
"""

import gettext
import io
import logging
import string
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from numbers import Number
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.phrases import Phrase, all_of
from storage.errors import StorageError

if TYPE_CHECKING:
    import discord

log = logging.getLogger(__name__)

ENGLISH = "en"
# Each by its own name: whoever looks for theirs may know no other.
LANGUAGES: dict[str, str] = {ENGLISH: "English", "de": "Deutsch"}
CATALOGUES = Path(__file__).parent / "locale"
# Another process may change a server's language: it is read again after so long.
REMEMBERED_SECONDS = 10.0
# What numbers look like: thousands, decimals and what stands before a percent sign.
NUMBERS: Mapping[str, dict[int, str]] = {"de": str.maketrans({",": ".", ".": ",", "%": "\u00a0%"})}

_language_of_this_answer: ContextVar[str] = ContextVar("language_of_this_answer", default=ENGLISH)


def say(text: str, /, **values: Any) -> str:
    """`text`, or a Phrase with its own values, in the language of the answer under way, filled with `values`.

    A text that the language lacks comes in English.
    """
    return _said(_language_of_this_answer.get(), text, values)


def say_many(forms: tuple[str, str], count: int, /, **values: Any) -> str:
    """As `say`: the first form for one, the second for other numbers; `count` fills {count}."""
    return say(Phrase.counting(*forms, count, **values))


def say_all(names: Sequence[str]) -> str:
    """ "a, b and c"; the names themselves are said as they are."""
    joined = all_of(names)
    return say(joined) if isinstance(joined, Phrase) else joined


def in_every_language(text: str, /, **values: Any) -> set[str]:
    """All that `say` may have made of a text: a message stays as it was when its server's language changes."""
    return {_said(language, text, values) for language in LANGUAGES}


def _said(language: str, text: str, values: Mapping[str, Any]) -> str:
    found = translations(language)
    if not isinstance(text, Phrase):
        # gettext keeps notes about the catalogue under the empty text.
        return _filled(language, found.gettext(text), values) if text else text
    template = text.template
    if text.plural is None:
        return _filled(language, found.gettext(template) if template else template, text.values)
    return _filled(language, found.ngettext(template, text.plural, text.values["count"]), text.values)


def _filled(language: str, template: str, values: Mapping[str, Any]) -> str:
    if not values:
        return template
    # A phrase is English as it stands, and so are Python's numbers.
    return template.format(**values) if language == ENGLISH else _Filler(language).vformat(template, (), values)


class _Filler(string.Formatter):
    """Fills templates as `str.format` does, with numbers as a language writes them and phrases translated."""

    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Phrase):
            value = _said(self._language, value, {})
        text = str(super().format_field(value, format_spec))
        return text.translate(NUMBERS.get(self._language, {})) if isinstance(value, Number) else text


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, read from its .po file, so that no compiled one can be out of date."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    # Only who says something in another language pays for them.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (CATALOGUES / language / "LC_MESSAGES" / "segue.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def read_catalogues() -> None:
    """Reads all catalogues, so that nobody's answer has to wait for it."""
    for language in LANGUAGES:
        translations(language)


def speak(language: str | None) -> None:
    """Has the whole answer of this task made in a language, or in English where there are no texts in it."""
    _language_of_this_answer.set(language if language in LANGUAGES else ENGLISH)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """As `speak`, for the length of a `with`."""
    token = _language_of_this_answer.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _language_of_this_answer.reset(token)


def language_of_member(locale: "discord.Locale") -> str:
    """The language that a member's Discord speaks, as far as we do."""
    code = locale.value.partition("-")[0]
    return code if code in LANGUAGES else ENGLISH


class ServerLanguages:
    """The languages of servers, remembered for a moment: everything that is said anywhere asks for one.

    `read` finds what a server has set, `clock` counts seconds.
    """

    def __init__(
        self, read: Callable[[int], Awaitable[str | None]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._known: dict[int, tuple[str, float | None]] = {}

    async def of(self, guild_id: int) -> str:
        """The language of a server; English where none is set, or where that can't be found out."""
        now = self._clock()
        language, read_at = self._known.get(guild_id, (ENGLISH, None))
        if read_at is not None and now - read_at < REMEMBERED_SECONDS:
            return language
        try:
            language = await self._read(guild_id) or ENGLISH
        except StorageError as error:
            # An answer in another language is better than none.
            log.warning("language of server %d can't be read: %s", guild_id, error)
            return language
        self._known[guild_id] = language, now
        return language

    def forget(self, guild_id: int) -> None:
        """Has the language of a server read anew: it has just been changed."""
        self._known.pop(guild_id, None)
