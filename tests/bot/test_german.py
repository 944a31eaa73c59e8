"""The same bot in a server that has set German, and with a member whose Discord is German."""

import re

import discord
import pytest

from tests.bot.conftest import buttons_of, contradiction, german_discord, set_language, text_of
from tests.bot.tastes import introduced, like, of_genre, picture_of, refusal, world_member

# Hardly a sentence does without one of them.
ENGLISH = re.compile(r"\b(the|and|of|you|your|with|is|are|for|from|it|songs? (?:for|like)|not)\b", re.IGNORECASE)


@pytest.fixture
async def german(world):
    await set_language(world, "de")
    return world


def english_in(text):
    """Words that give an English sentence away; songs keep their titles."""
    lines = [line for line in text.split("\n") if not re.match(r"\d+\\?\.", line)]
    return ENGLISH.findall(re.sub(r"`[^`]*`", "", "\n".join(lines)))


async def test_a_list_its_reasons_and_its_buttons_are_german(german):
    shown = (await german.ada.slash(german.channel, "recommend", track=german.title())).response
    text = text_of(shown)
    assert text.startswith("### Passt zu ")
    assert "gleiches Genre: " in text
    assert "Beispielkatalog: Diese Songs sind erfunden · 10 Songs · Modell " in text
    assert {"Mehr", "Als Playlist speichern", "👎 · mehr davon · nicht dieser Act …"} <= buttons_of(shown).keys()


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("help", {}),
        ("privacy policy", {}),
        ("privacy delete", {}),
        ("privacy blending", {"allow": True}),
        ("privacy export", {}),
        ("block list", {}),
        ("block undo", {}),
        ("drop status", {}),
        ("drop archive", {}),
        ("taste profile", {}),
        ("recommend", {}),
        ("playlist list", {}),
        ("playlist show", {"name": "x"}),
        ("playlist build", {"name": "x"}),
        ("playlist build", {"name": "x", "genre": "xyz"}),
        ("recommend", {"track": "https://open.spotify.com/album/1"}),
        ("drop subscribe", {"weekday": 1, "time": "25", "zone": "UTC"}),
    ],
)
async def test_no_english_is_left_in(german, command, options):
    text = text_of((await german.ada.slash(german.channel, command, **options)).response)
    assert english_in(text) == []


async def test_english_is_what_a_server_speaks_that_has_set_nothing(world):
    assert "Segue knows music" in text_of((await world.ada.slash(world.channel, "help")).response)


async def test_in_a_server_everybody_gets_the_servers_language(world, monkeypatch):
    german_discord(monkeypatch)
    assert "Segue knows music" in text_of((await world.ada.slash(world.channel, "help")).response)


async def test_in_direct_messages_a_member_gets_their_own_language(world, monkeypatch):
    german_discord(monkeypatch)
    shown = (await world.ada.user.slash("recommend", track=world.title())).response
    assert text_of(shown).startswith("### Passt zu ")


async def test_in_direct_messages_an_english_discord_gets_english(german):
    shown = (await german.ada.user.slash("recommend", track=german.title())).response
    assert text_of(shown).startswith("### Goes with ")


async def test_an_old_message_turns_german_when_it_is_pressed(world):
    shown = (await world.ada.slash(world.channel, "recommend", track=world.title())).response
    await set_language(world, "de")
    await world.ada.click(shown, label="More")
    assert "Songs 11–20 von 20" in text_of(shown)
    assert "← Zurück" in buttons_of(shown)


async def test_a_refused_press_is_refused_in_german(german):
    shown = (await german.ada.slash(german.channel, "recommend", track=german.title())).response
    pressed = await german.ben.click(shown, label="Mehr")
    assert f"Diese Knöpfe gehören <@{german.ada.id}>." in text_of(pressed.response)


async def test_refusals_of_the_model_and_of_the_memory_are_german(german):
    unknown = text_of((await german.ada.slash(german.channel, "classify", track="zzz qqq xxx")).response)
    assert unknown.startswith("„zzz qqq xxx“ kenne ich nicht. Am nächsten dran: „")
    await german.ada.slash(german.channel, "playlist build", name="Freitag", track=german.title())
    twice = refusal(await german.ada.slash(german.channel, "playlist build", name="Freitag", track=german.title()))
    assert twice.startswith("Du hast schon eine Playlist namens „Freitag“.")


async def test_conditions_that_leave_nothing_are_explained_in_german(german):
    genre, mood = contradiction(german)
    shown = (await german.ada.slash(german.channel, "recommend", genre=genre, mood=mood)).response
    assert text_of(shown).startswith(
        f"Für das Genre „{genre}“ und die Stimmung „{mood}“ bleibt kein Song übrig: Im Weg "
    )
    assert re.search(r"(gibt es \d+ Songs?)\.$", text_of(shown))


async def test_a_wish_is_explained_in_german(german):
    wish = "mellow, no vocals, under 100 bpm, xyzzy"
    text = text_of((await german.ada.slash(german.channel, "playlist build", name="x", wish=wish)).response)
    assert "„mellow“: ruhig, leise." in text
    assert "„under 100 bpm“: ein Tempo von höchstens 100 BPM." in text
    assert "Übergangen: „xyzzy“." in text


async def test_reasons_are_stored_without_a_language(german):
    await german.ada.slash(german.channel, "playlist build", name="x", track=german.title())
    await set_language(german, "en")
    text = text_of((await german.ada.slash(german.channel, "playlist show", name="x")).response)
    assert "same " in text
    assert "gleiches" not in text


async def test_a_genre_keeps_its_name(german):
    text = text_of((await german.ada.slash(german.channel, "playlist build", name="x", genre="acoustic")).response)
    assert "-# acoustic" in text
    assert "akustisch" not in text


async def test_pictures_are_german(german):
    await introduced(german)
    told = picture_of((await german.ada.slash(german.channel, "taste profile")).response)
    assert told.startswith("Geschmack von ada aus 8 Songs. Prozentrang unter allen Songs, Durchschnitt 50: Energie ")
    compared = (await german.ada.slash(german.channel, "taste compare", member=german.ben)).response
    assert re.match(r"Geschmack von ada \(8 Songs\) und ben \(8 Songs\): zu \d+\u00a0% gleich\.", picture_of(compared))
    assert "### Songs, bei denen ihr euch trefft" in text_of(compared)


async def test_a_question_that_was_asked_in_english_is_answered_in_german(world):
    cleo, dora = world_member(world, "cleo"), world_member(world, "dora")
    await like(world, world.ada, of_genre(world, 0))
    asked = (await world.ada.slash(world.channel, "taste blend", member1=cleo, member2=dora)).response
    await cleo.click(asked, label="cleo: allow")
    await set_language(world, "de")
    await dora.click(asked, label="dora: no thanks")
    text = text_of(asked)
    assert f"- <@{cleo.id}> erlaubt es." in text
    assert f"- <@{dora.id}> möchte lieber nicht." in text
    assert "mit deiner Frage erlaubst du es auch umgekehrt" in text


async def test_settings_turn_german_with_the_answer_that_sets_it(world):
    manager = world.channel.guild.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
    olga = world.channel.guild.add_member(world.env.create_user("olga"), roles=[manager])
    assert "### Settings of this server" in text_of((await olga.slash(world.channel, "admin settings")).response)
    shown = text_of((await olga.slash(world.channel, "admin settings", language="de")).response)
    assert "### Einstellungen dieses Servers" in shown
    assert "**Sprache** · Deutsch" in shown
    assert english_in(shown) == []
