import asyncio
import csv
import io
import json
import logging
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest
import simcord

from bot.features.labels.view import MENU_GENRES
from bot.features.privacy import export, view
from bot.features.privacy.policy import KEPT, as_table
from storage.database import Database
from storage.departures import GUILD_GRACE
from tests.bot.conftest import buttons_of, text_of, thumbs_of
from tests.storage.schema import as_stored

# The simulated Discord knows its users, as Discord does; the model holds 100,000 texts and no member.
FOREIGN = ("simcord", "pandas", "numpy", "ml.", "faiss")
OWN = ("discord", "bot", "storage")
DOCUMENT = Path(__file__).parents[2] / "docs" / "privacy.md"


async def use_everything(world, member, name):
    """Each way in which a member leaves something behind."""
    classified = await member.slash(world.channel, "classify", track=world.track(3))
    card = (await member.click(classified.response, label="Wrong genre?")).response
    menu = buttons_of(card)[MENU_GENRES]
    await member.select(card, [menu["options"][0]["value"]], custom_id=menu["custom_id"])
    await member.click(card, label="Another genre")
    listed = await member.slash(world.channel, "recommend", track=world.track())
    await member.click(listed.response, label="More")
    await member.click(listed.response, custom_id=thumbs_of(listed.response)[0]["custom_id"])
    form = await member.click(listed.response, label="Save as playlist")
    field = form.modal["components"][0]["component"]["custom_id"]
    await member.submit_modal(form, {field: f"{name} saved"})
    # Left open: nobody ever submits it.
    await member.click(listed.response, label="Save as playlist")
    await member.slash(world.channel, "playlist build", name=f"{name} built", wish="mellow evening", length=5)
    artist = world.bundle.catalogue.frame["artists"].iat[0].split(";")[0]
    await member.slash(world.channel, "block artist", name=artist)
    await member.slash(world.channel, "block track", track=world.track(7))
    await member.slash(world.channel, "block list")
    await member.slash(world.channel, "block undo")
    await member.slash(world.channel, "privacy blending", allow=True)
    await member.slash(world.channel, "recommend", track="not a song at all")
    await world.store.press(member.id, member.id, world.channel.id, world.track(), "like", world.bot.clock())


def direct_messages(world, member):
    channel = world.env.backend.dm_channels.get(member.id)
    return [] if channel is None else [*world.env.backend.messages[channel].values()]


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode("utf-8-sig") for name in file.namelist()}


async def file_of(reply):
    (attachment,) = reply.attachments
    return opened(await attachment.read())


async def exported_here(world, member):
    """The export of a member who has it shown in the channel."""
    reply = (await member.slash(world.channel, "privacy export")).response
    await member.click(reply, label="Get it here instead")
    return await file_of(reply)


async def test_the_policy_names_every_kind_of_data_and_its_time(world):
    result = await world.ada.slash(world.channel, "privacy policy")
    assert result.ephemeral
    text = text_of(result.response)
    for kept in KEPT:
        assert kept.name in text
        assert kept.how_long in text
    assert "90 days" in text
    assert "365 days" in text
    assert "I never read messages" in text
    assert "Ask the person who runs this bot on this server." in text


async def test_the_policy_names_whom_the_operator_names(world):
    world.bot.contact = "<@1>, or mail@example.org"
    text = text_of((await world.ada.slash(world.channel, "privacy policy")).response)
    assert "Ask <@1>, or mail@example.org." in text


async def test_the_policy_knows_every_table(tmp_path):
    async with Database.open(tmp_path / "segue.db") as database:
        tables = set(await database.read(lambda db: db.table_names()))
    named = [table for kept in KEPT for table in kept.tables]
    assert sorted(named) == sorted(tables - {"_sqlite_migrations", "sqlite_sequence"})


def test_the_document_says_the_same():
    document = DOCUMENT.read_text(encoding="utf-8")
    assert as_table() in document
    assert f"{GUILD_GRACE.days} days" in document
    assert "SEGUE_CONTACT" in document


async def test_the_export_comes_as_a_direct_message(world):
    await use_everything(world, world.ada, "Ada's")
    result = await world.ada.slash(world.channel, "privacy export")
    assert result.ephemeral
    assert "in a direct message" in text_of(result.response)
    assert not result.response.attachments
    (message,) = direct_messages(world, world.ada)
    assert [attachment["filename"] for attachment in message.attachments] == ["segue-export.zip"]
    assert direct_messages(world, world.ben) == []


@pytest.mark.parametrize("code", [50007, 50278])
async def test_who_takes_no_direct_messages_gets_the_file_in_the_reply(world, code):
    await use_everything(world, world.ada, "Ada's")
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=code)
    result = await world.ada.slash(world.channel, "privacy export")
    assert result.ephemeral
    assert "You take no direct messages from me" in text_of(result.response)
    assert "README.txt" in await file_of(result.response)


async def test_the_export_holds_what_the_member_did_and_nothing_of_others(world):
    await use_everything(world, world.ada, "Ada's")
    await use_everything(world, world.ben, "Ben's")
    files = await exported_here(world, world.ada)
    everything = json.loads(files["everything.json"])
    assert everything == await world.store.export_user(world.ada.id)
    assert sorted(one["name"] for one in everything["playlists"]) == ["Ada's built", "Ada's saved"]
    assert len(everything["blocks"]) == len(everything["labels"]) == 1
    assert everything["member_settings"][0]["blendable"] == 1
    whole = "".join(files.values())
    assert str(world.ada.id) in whole
    assert str(world.ben.id) not in whole
    assert "Ben's" not in whole


async def test_each_table_is_in_the_file_as_csv_and_explained(world):
    await use_everything(world, world.ada, "Ada's")
    files = await exported_here(world, world.ada)
    for table, rows in (await world.store.export_user(world.ada.id)).items():
        assert table in files["README.txt"]
        if not rows:
            assert f"{table}.csv" not in files
            continue
        read = [*csv.DictReader(io.StringIO(files[f"{table}.csv"]))]
        assert len(read) == len(rows)
        assert list(read[0]) == list(rows[0])
    request = next(csv.DictReader(io.StringIO(files["answers.csv"])))["request"]
    assert json.loads(request)["track_id"] == world.track()


async def test_the_button_for_the_file_works_after_a_restart(world):
    await use_everything(world, world.ada, "Ada's")
    reply = (await world.ada.slash(world.channel, "privacy export")).response
    await world.restart()
    await world.ada.click(reply, label="Get it here instead")
    assert "everything.json" in await file_of(reply)


async def test_of_whom_nothing_is_stored_there_is_no_file(world):
    result = await world.ada.slash(world.channel, "privacy export")
    assert text_of(result.response) == "I have nothing stored about you."
    assert direct_messages(world, world.ada) == []


async def test_a_file_too_large_for_discord_is_refused_with_whom_to_ask(world, monkeypatch):
    monkeypatch.setattr(export, "LARGEST_FILE", 100)
    world.bot.contact = "mail@example.org"
    await use_everything(world, world.ada, "Ada's")
    result = await world.ada.slash(world.channel, "privacy export")
    assert "Ask mail@example.org for it" in text_of(result.response)
    assert direct_messages(world, world.ada) == []


@pytest.mark.parametrize("allow", [True, False])
async def test_blending_is_decided_by_the_member(world, allow):
    result = await world.ada.slash(world.channel, "privacy blending", allow=allow)
    assert result.ephemeral
    assert await world.store.may_blend(world.ada.id) is allow
    assert await world.store.may_blend(world.ben.id) is None
    assert ("may now see your taste as a picture, compare" if allow else "Nobody may see your taste") in text_of(
        result.response
    )


async def test_deletion_waits_for_a_second_look_and_works_after_a_restart(world):
    await use_everything(world, world.ada, "Ada's")
    asked = await world.ada.slash(world.channel, "privacy delete")
    assert asked.ephemeral
    assert await world.store.tracks_shown(world.ada.id)
    await world.restart()
    await world.ada.click(asked.response, label="Delete everything")
    assert "is deleted" in text_of(asked.response)
    assert not any((await world.store.export_user(world.ada.id)).values())
    again = await world.ada.slash(world.channel, "privacy delete")
    await world.ada.click(again.response, label="Delete everything")
    assert text_of(again.response) == "I have nothing stored about you."


async def test_an_answer_on_its_way_brings_nothing_back(world, monkeypatch):
    await use_everything(world, world.ada, "Ada's")
    asked = await world.ada.slash(world.channel, "privacy delete")
    delete, deleted = world.store.delete_user, asyncio.Event()

    async def delete_and_tell(user_id):
        rows = await delete(user_id)
        deleted.set()
        return rows

    async def late():
        await deleted.wait()
        await world.store.press(1, world.ada.id, None, world.track(), "like", world.bot.clock())

    monkeypatch.setattr(world.store, "delete_user", delete_and_tell)
    answering = asyncio.create_task(late(), name="CommandTree-invoker")
    await world.ada.click(asked.response, label="Delete everything")
    assert answering.done()
    assert "is deleted" in text_of(asked.response)
    assert not any((await world.store.export_user(world.ada.id)).values())


async def test_nobody_deletes_for_another(world):
    await use_everything(world, world.ada, "Ada's")
    asked = await world.ada.slash(world.channel, "privacy delete")
    custom_id = buttons_of(asked.response)["Delete everything"]["custom_id"]
    assert f":{world.ada.id}:" in custom_id


async def test_after_a_deletion_the_id_is_in_no_byte_no_log_line_and_no_object(world, tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        await use_everything(world, world.ada, "Ada's")
        await use_everything(world, world.ben, "Ben's")
        await world.ada.slash(world.channel, "privacy export")
        asked = await world.ada.slash(world.channel, "privacy delete")
        await world.ada.click(asked.response, label="Delete everything")

    left = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert not [trace for trace in as_stored(world.ada.id) if trace in left]
    assert [trace for trace in as_stored(world.ben.id) if trace in left]

    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("simcord"))
    assert "refused recommend" in logged
    for said in (str(world.ada.id), str(world.ben.id), "not a song", "mellow", world.title(), "Ada's"):
        assert said not in logged

    assert holders(world.bot, world.ada.id) == []


def holders(bot, user_id):
    """Where the bot's own objects, discord.py's among them, hold a number or have it in a text."""
    found, seen, waiting = set(), set(), [("bot", bot)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, int | str | bytes):
            if value == user_id or str(user_id) in str(value):
                found.add(path)
            continue
        if id(value) in seen or type(value).__module__.startswith(FOREIGN):
            continue
        seen.add(id(value))
        if isinstance(value, Mapping):
            waiting += [(f"{path}{{}}", part) for pair in value.items() for part in pair]
        elif isinstance(value, Collection):
            waiting += [(f"{path}[]", part) for part in value]
        if type(value).__module__.startswith(OWN):
            waiting += [(f"{path}.{name}", part) for name, part in attributes(value).items()]
    return sorted(found)


def attributes(value):
    slots = {
        f"_{kind.__name__.lstrip('_')}{name}" if name.startswith("__") and not name.endswith("__") else name
        for kind in type(value).__mro__
        for name in getattr(kind, "__slots__", ())
    }
    return {name: getattr(value, name, None) for name in slots} | dict(getattr(value, "__dict__", {}))


async def test_the_search_for_an_id_would_find_one(world):
    world.bot._connection._private_channels_by_user[world.ada.id] = object()
    world.bot.press_handlers["x"] = [f"segue:x:{world.ben.id}:"]
    assert len(holders(world.bot, world.ada.id)) == 1
    assert len(holders(world.bot, world.ben.id)) == 1
    assert isinstance(world.env, simcord.Env)


@pytest.mark.usefixtures("in_each_language")
async def test_the_policy_fits_into_a_message():
    page = view.policy("a" * 100, 7)
    assert page.content_length() <= 4_000
    assert page.total_children_count <= 40
