"""What replies are made of in other languages: every text has its translation, filled as that language does it."""

import asyncio
import string
from collections import Counter

import discord
import pytest
from babel.messages.pofile import read_po

from bot.language import CATALOGUES, ENGLISH, LANGUAGES, ServerLanguages, language_of_member, say, say_many, speaking
from ml.filters import Filters, Range, in_words
from ml.phrases import Phrase, all_of, any_of, quoted
from storage.errors import StorageError
from tests.texts import Text, every_text, mistakes, texts

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
MARKS = ("###", "-# ", "**", "`", "👍", "👎", "<t:", "<@", "<#", "\n", "[", "](")


def catalogue_of(language: str) -> dict[tuple[str, str | None], tuple[str, ...]]:
    """The translations of a language by text and plural form."""
    with (CATALOGUES / language / "LC_MESSAGES" / "segue.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale=language, abort_invalid=True) if entry.id]
    return {
        (entry.id, None) if isinstance(entry.id, str) else tuple(entry.id): (
            (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)
        )
        for entry in entries
        if not entry.fuzzy
    }


def fields(template: str) -> Counter[tuple[str | None, str | None]]:
    return Counter((name, spec) for _, name, spec, _ in string.Formatter().parse(template) if name is not None)


def as_entry(text: Text) -> str:
    return f"{text.file}: {text.text!r}" + (f" / {text.plural!r}" if text.plural else "")


def test_no_text_reaches_a_member_untranslated():
    assert [f"{one.place}: {one.why}" for one in mistakes()] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_a_translation(language):
    known = catalogue_of(language)
    lacking = [as_entry(one) for one in texts() if not all(known.get((one.text, one.plural), ("",)))]
    assert lacking == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_of_a_text_that_is_gone(language):
    assert sorted(catalogue_of(language), key=str) == sorted(((one.text, one.plural) for one in texts()), key=str)


@pytest.mark.parametrize("language", OTHERS)
def test_translations_are_filled_with_the_same(language):
    wrong = [
        (text, translation)
        for (text, plural), translations in catalogue_of(language).items()
        for form, translation in zip((text, plural or text), translations, strict=False)
        if fields(form) != fields(translation)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_what_discord_reads(language):
    wrong = [
        (text, translation, mark)
        for (text, _), translations in catalogue_of(language).items()
        for translation in translations
        for mark in MARKS
        if "README" not in text and text.count(mark) != translation.count(mark)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("prefix", "longest"), [("BUTTON_", 80), ("MENU_", 150), ("MODAL_", 45)])
def test_labels_are_no_longer_than_discord_allows(language, prefix, longest):
    with speaking(language):
        too_long = [one.text for one in every_text() if one.name.startswith(prefix) and len(say(one.text)) > longest]
    assert too_long == []


def test_a_text_is_said_in_the_language_of_the_answer():
    assert say("Unblock") == "Unblock"
    with speaking("de"):
        assert say("Unblock") == "Freigeben"
    assert say("Unblock") == "Unblock"


@pytest.mark.parametrize("language", ["xx", "", None])
def test_a_language_that_nobody_speaks_is_english(language):
    with speaking(language):
        assert say("Unblock") == "Unblock"


def test_a_text_without_a_translation_comes_in_english():
    with speaking("de"):
        assert say("Not yet in German, {name}", name="Ada") == "Not yet in German, Ada"
        assert say("") == ""


def test_what_a_member_wrote_is_never_a_template():
    with speaking("de"):
        assert say("“{text}” by {artist}", text="{artist}", artist="%s {0}") == "“{artist}” by %s {0}"
        assert say(Phrase("{braces} in a title")) == "{braces} in a title"


def test_numbers_are_written_as_the_language_writes_them():
    with speaking("de"):
        assert say_many(("{count:,} song", "{count:,} songs"), 12_345) == "12.345 Songs"
        assert say(in_words(Filters(ranges=(Range("tempo", 60, 70.5),)))) == "ein Tempo von 60 bis 70,5 BPM"
        assert say("{affinity:.0%} alike", affinity=0.5) == "50\u00a0% alike"
    assert say_many(("{count:,} song", "{count:,} songs"), 12_345) == "12,345 songs"


@pytest.mark.parametrize(("count", "said"), [(0, "0 Songs"), (1, "1 Song"), (2, "2 Songs")])
def test_one_is_told_from_several(count, said):
    with speaking("de"):
        assert say_many(("{count:,} song", "{count:,} songs"), count) == said


def test_phrases_within_phrases_are_translated_to_the_bottom():
    filters = Filters(genres=("jazz", "ska"), without=("rap",), explicit=False)
    english = in_words(filters)
    assert english == "the genres “jazz” or “ska”, nothing of the genre “rap” and nothing explicit"
    with speaking("de"):
        assert say(english) == "die Genres „jazz“ oder „ska“, nichts aus dem Genre „rap“ und nichts Explizites"


def test_lists_of_one_and_of_none_are_no_lists():
    assert (all_of([]), any_of(["a"]), all_of(["a", "b", "c"])) == ("", "a", "a, b and c")
    assert str(quoted("a")) == "“a”"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        (discord.Locale.german, "de"),
        (discord.Locale.british_english, "en"),
        (discord.Locale.american_english, "en"),
        (discord.Locale.french, "en"),
        (discord.Locale.brazil_portuguese, "en"),
    ],
)
def test_a_member_is_answered_in_the_language_of_their_discord_as_far_as_there_is_one(locale, language):
    assert language_of_member(locale) == language


class Settings:
    """What servers have set, with how often somebody looked."""

    def __init__(self, **languages: str) -> None:
        self.languages: dict[int, str] = {int(guild[1:]): language for guild, language in languages.items()}
        self.reads = 0
        self.broken = False

    async def language(self, guild_id: int) -> str | None:
        self.reads += 1
        if self.broken:
            raise StorageError("The database is closed.")
        return self.languages.get(guild_id)


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def test_a_servers_language_is_read_once_in_a_while():
    settings, clock = Settings(g1="de"), Hands()
    servers = ServerLanguages(settings.language, clock)
    assert [await servers.of(1), await servers.of(1), await servers.of(2)] == ["de", "de", "en"]
    assert settings.reads == 2
    settings.languages[1] = "en"
    assert await servers.of(1) == "de"
    clock.now += 10
    assert await servers.of(1) == "en"


async def test_a_language_that_was_just_set_holds_at_once():
    settings = Settings(g1="de")
    servers = ServerLanguages(settings.language, Hands())
    await servers.of(1)
    settings.languages[1] = "en"
    servers.forget(1)
    assert await servers.of(1) == "en"


async def test_without_its_settings_a_server_keeps_its_language():
    settings, clock = Settings(g1="de"), Hands()
    servers = ServerLanguages(settings.language, clock)
    await servers.of(1)
    settings.broken, clock.now = True, clock.now + 60
    assert (await servers.of(1), await servers.of(2)) == ("de", "en")


async def test_each_answer_speaks_its_own_language():
    async def answer(language: str) -> str:
        with speaking(language):
            await asyncio.sleep(0)
            return await asyncio.to_thread(say, "Unblock")

    assert await asyncio.gather(answer("de"), answer("en")) == ["Freigeben", "Unblock"]
