"""Members who like something, and what a reply shows them."""

from datetime import timedelta

from bot.pictures.legible import LONGEST_ALT
from tests.bot.conftest import NOW, buttons_of, text_of


async def like(world, member, track_ids, days=0, verdict="like"):
    """Presses of a member's, `days` ago."""
    for track_id in track_ids:
        at = NOW - timedelta(days=days)
        await world.store.press(next(IDS), member.id, None, track_id, verdict, at)


IDS = iter(range(10_000, 100_000))


def of_genre(world, place, count=8, first=0):
    """Track ids of songs of the catalogue's genre at `place`."""
    rows = world.bundle.recommender.columns.rows_of_genre[world.bundle.catalogue.genres[place]]
    return [world.bundle.recommender.track_of(int(row)) for row in rows[first : first + count]]


async def allow(world, *members):
    for member in members:
        await world.store.set_blendable(member.id, True, NOW)


def picture_of(reply):
    """The description of the one picture in a reply's layout, which must be the attached file's too."""
    (gallery,) = [one for one in reply.components[0]["components"] if one["type"] == 12]
    (item,) = gallery["items"]
    (file,) = reply.attachments
    assert file.filename == "taste.png"
    assert file.description == item["description"]
    assert 0 < len(item["description"]) <= LONGEST_ALT
    return item["description"]


def pinged(reply):
    """Whom the message really notifies."""
    allowed = reply._message.allowed_mentions
    assert not allowed.everyone
    assert not allowed.roles
    return [*allowed.users]


def refusal(result):
    assert result.ephemeral
    return text_of(result.response)


ASKING = [("taste profile", "member"), ("taste compare", "member"), ("taste blend", "member1")]


async def blend_of(world, **options):
    return await world.ada.slash(world.channel, "taste blend", **{"member1": world.ben, **options})


def world_member(world, name):
    return world.channel.guild.add_member(world.env.create_user(name))


async def stored(world, reply):
    return await world.store.load_answer(buttons_of(reply)["Save as playlist"]["custom_id"].split(":")[3])


async def introduced(world):
    """Ada and Ben, who each like something and allow others to look at it."""
    await like(world, world.ada, of_genre(world, 0))
    await like(world, world.ben, of_genre(world, 1))
    await allow(world, world.ada, world.ben)
    return world
