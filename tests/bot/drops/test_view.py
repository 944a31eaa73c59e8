"""Drops at their worst, and what they say."""

from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from bot.features.drops import answers, view
from bot.features.drops.making import Said
from bot.reasons import write_reasons
from ml.drops import STYLES, Change
from ml.themes import Theme
from storage.drops import Content, DropSummary
from storage.playlists import PlaylistTrack
from storage.subscriptions import Target
from tests.bot.test_views import LONGEST_TEXT, MOST_COMPONENTS, REASONS

NOW = datetime(2026, 3, 1, 17, tzinfo=UTC)
PERIOD = "2026-W09"


def content(character="a", count=50, style="theme", theme=None, said=None, change=None, reasons=REASONS):
    tracks = [
        PlaylistTrack(f"{number:022d}", character * 300, character * 300, write_reasons(reasons))
        for number in range(count)
    ]
    request = {
        "theme": asdict(theme) if theme else None,
        "said": asdict(said or Said()),
        "change": asdict(change) if change else None,
    }
    return Content(style, request, "2026-01-01-12345678", tracks)


def posted(drop, late=None, in_server=True, mention=None):
    return view.posted(2**40, drop, PERIOD, in_server=in_server, late_since=late, mention=mention)


def text_of(layout):
    return "\n".join(item.content for item in layout.walk_children() if hasattr(item, "content"))


def checked(layout):
    assert layout.content_length() <= LONGEST_TEXT
    assert layout.total_children_count <= MOST_COMPONENTS
    for custom_id in (item.custom_id for item in layout.walk_children() if hasattr(item, "custom_id")):
        assert len(custom_id) <= 100
    return layout


@pytest.mark.parametrize("character", ["a", "*", "[", "א", "🎸", "\u200b"])
def test_the_longest_drop_fits_into_a_message(character):
    said = Said(10**6, 10**6, 10**4, 10**5, 10**5)
    names = tuple(character * 40 for _ in range(3))
    drop = content(character, 50, "theme", Theme("mood", character * 40), said, Change(49, names, names))
    shown = checked(posted(drop, NOW, mention=f"<@&{2**63}>"))
    assert shown.total_children_count == MOST_COMPONENTS
    checked(view.page(2**40, drop, NOW, 2, {}, 2**63))
    checked(view.preview(drop, PERIOD, {}, in_server=True))


@pytest.mark.parametrize("style", STYLES)
def test_every_style_has_its_words(style):
    for in_server in (True, False):
        head = text_of(posted(content(style=style), in_server=in_server)).split("\n")
        assert head[0] == f"### {view.TITLES[style]}"
        assert head[1] == f"-# {view.ABOUT[style, in_server]} · week 9"


@pytest.mark.parametrize(
    ("theme", "title"),
    [
        (Theme("genre", "trip-hop"), "The week of trip-hop"),
        (Theme("mood", "calm"), "A week in the mood “calm”"),
        (Theme("decade", "1990s"), "Time capsule: 1990s"),
    ],
)
def test_a_theme_is_the_title(theme, title):
    assert title in text_of(posted(content(theme=theme)))


def test_ten_songs_need_no_button_for_the_rest():
    assert "All" not in str([getattr(item, "label", "") for item in posted(content(count=10)).walk_children()])


def test_a_short_list_leaves_no_empty_parts():
    assert checked(posted(content(count=1)))


@pytest.mark.parametrize(
    ("said", "change", "told"),
    [
        (None, None, view.TEXT_FIRST),
        (
            Said(6, 2, 4),
            Change(9, ("trip-hop", "chill"), ("metal",)),
            "Since the last drop: 6 👍 and 2 👎 from 4 members.\n"
            "-# Because of that, 9 of these 20 songs are others: more trip-hop and chill, less metal.",
        ),
        (
            Said(1, 0, 1),
            Change(0, (), ()),
            "Since the last drop: 1 👍.\n-# These songs would have come without it, too.",
        ),
        (
            Said(0, 3, 1),
            Change(20, (), ()),
            "Since the last drop: 3 👎.\n-# Because of that, all of these songs are others.",
        ),
        (
            Said(cheers=2, boos=1),
            Change(1, (), ()),
            "Since the last drop: reactions for it: 2, reactions against it: 1.",
        ),
    ],
)
def test_it_says_what_came_back_and_what_that_changed(said, change, told):
    assert told in text_of(posted(content(count=20, said=said, change=change), in_server=False))


@pytest.mark.parametrize("members", [1, 2, 3])
def test_a_servers_drop_does_not_tell_what_one_or_two_members_said(members):
    drop = content(count=20, said=Said(5, 2, members), change=Change(1, ("polka",), ("metal",)))
    told = text_of(posted(drop))
    assert ("5 👍" in told) == ("polka" in told) == (members > 2)
    assert "1 of these 20 songs is another" in told


def test_one_in_time_does_not_say_that_it_is_late():
    assert "Late" not in text_of(posted(content()))
    assert f"<t:{int(NOW.timestamp())}:f>" in text_of(posted(content(), NOW))


def test_the_longest_archive_fits_into_a_reply():
    drop = DropSummary(2**40, PERIOD, "theme", content(theme=Theme("mood", "*" * 40)).request, 50, NOW, 2**63, 2**63)
    drops = [(drop, view.title_of(drop))] * answers.ARCHIVE_PAGE
    checked(answers.archive(Target(2**63, 2**63, 2**63), drops, 52, 2, 2**63))


def test_a_message_of_the_archive_is_linked_where_it_is():
    drop = DropSummary(1, PERIOD, "familiar", content().request, 50, NOW, 77, 88)
    own, servers = (
        text_of(answers.archive(target, [(drop, "t")], 1, 0, 1)) for target in (Target(1), Target(1, 55, 77))
    )
    assert "https://discord.com/channels/@me/77/88" in own
    assert "https://discord.com/channels/55/77/88" in servers
