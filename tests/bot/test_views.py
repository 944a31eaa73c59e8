"""Replies at their worst: Discord refuses what is too long, and a member would see nothing."""

from datetime import UTC, datetime

import pytest

from bot.features.admin.label_pages import PAGE as LABELS
from bot.features.admin.label_pages import Place, Review, ReviewPage
from bot.features.admin.label_view import review_page
from bot.features.genres.view import all_genres
from bot.features.labels.guesses import Guess
from bot.features.labels.view import proposal_card
from bot.features.playlists.view import overview, playlist_page
from bot.features.recommend.asking import Request
from bot.features.recommend.lists import ListedSong, SongList
from bot.features.recommend.view import default_name, recommended
from bot.layout import ModelNote, Song, chart, plain
from bot.reasons import write_reasons
from bot.saving import name_form
from ml.catalogue import LONGEST_GENRE
from ml.filters import Filters
from ml.reasons import Reason
from storage.labels import Proposal, TrackLabels
from storage.playlists import Playlist, PlaylistSummary, PlaylistTrack

LONGEST_TEXT = 4000
MOST_COMPONENTS = 40
NOTE = ModelNote("2026-01-01-12345678", is_sample=True)
REASONS = (
    Reason("artist", ("*" * 200,)),
    Reason("genre", ("progressive-house", "singer-songwriter")),
    Reason("slower"),
)
# 50 songs are not a multiple of 49: the page says how many were left as well.
ASKED = Request("x", 49, "y", "z", "bold", Filters(genres=("singer-songwriter",) * 3, moods=("Laid-back",)))


def worst_song(character: str) -> Song:
    return Song("1" * 22, character * 300, character * 300, (), "https://open.spotify.com/track/" + "1" * 22)


@pytest.mark.parametrize("character", ["a", "*", "[", "א", "🎸", "\u200b"])
async def test_the_longest_titles_fit_into_a_reply(character):
    song = worst_song(character)
    songs = [ListedSong(f"{number:022d}", song, REASONS) for number in range(50)]
    view = recommended(SongList("a" * 12, 2**63, ASKED, song, songs, NOTE, song, song), 2)
    assert view.content_length() <= LONGEST_TEXT
    assert view.total_children_count <= MOST_COMPONENTS
    for custom_id in (item.custom_id for item in view.walk_children() if hasattr(item, "custom_id")):
        assert len(custom_id) <= 100


@pytest.mark.parametrize("character", ["a", "*"])
async def test_the_longest_playlist_fits_into_a_reply(character):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    tracks = [PlaylistTrack("1" * 22, character * 300, character * 300, write_reasons(REASONS))] * 50
    notes = [character * 160] * 30
    playlist = Playlist(1, 2**63, None, character * 80, {}, NOTE.version, now, now, tracks)
    assert playlist_page(playlist, 0, {}, owner=2**63, above=notes, below=notes[:3]).content_length() <= LONGEST_TEXT


def longest_genres(character: str, count: int) -> list[str]:
    return [f"{number:03d}" + character * (LONGEST_GENRE - 3) for number in range(count)]


def assert_fits(view) -> None:
    assert view.content_length() <= LONGEST_TEXT
    assert view.total_children_count <= MOST_COMPONENTS
    for item in view.walk_children():
        assert len(getattr(item, "custom_id", "")) <= 100
        assert len(getattr(item, "label", None) or "") <= 80
        assert len(getattr(item, "options", [])) <= 25


@pytest.mark.parametrize("character", ["a", "*", "[", "🎸"])
@pytest.mark.parametrize("proposed", [0, 2, 3])
async def test_the_longest_genres_can_be_proposed(character, proposed):
    genres = longest_genres(character, 200)
    song = Song(
        "1" * 22, character * 300, character * 300, tuple(genres[:20]), "https://open.spotify.com/track/" + "1" * 22
    )
    standing = TrackLabels(tuple(genres[20 : 20 + proposed]), dict.fromkeys(genres[30:80], "rejected"))
    assert_fits(proposal_card(Guess(song, [(genre, 0.5) for genre in genres]), standing, 2**63, "x" * 200))


@pytest.mark.parametrize("character", ["a", "*", "[", "🎸"])
@pytest.mark.parametrize("verdict", [None, "rejected"])
async def test_the_longest_proposals_fit_on_a_page(character, verdict):
    genres = longest_genres(character, 20)
    song = Song("1" * 22, character * 300, character * 300, tuple(genres), "https://open.spotify.com/track/" + "1" * 22)
    guess = Guess(song, [(genre, 0.05) for genre in reversed(genres)])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    reviews = [Review(Proposal("1" * 22, genre, 10_000, now, verdict), guess) for genre in genres[:LABELS]]
    page = ReviewPage(Place("waiting", 10_000, 10_000), reviews, 10**6, 10**6, 10**5, NOTE)
    assert_fits(review_page(page, 2**63, "x" * 200))


async def test_many_playlists_and_many_genres_fit_into_a_reply():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    lists = [PlaylistSummary(number, "*" * 80, 500, now, now) for number in range(100)]
    assert overview(lists).content_length() <= LONGEST_TEXT
    genres = all_genres(["g" * 40] * 500, NOTE)
    assert genres.content_length() <= LONGEST_TEXT
    assert "more" in str([getattr(item, "content", "") for item in genres.walk_children()])


async def test_songs_that_left_the_catalogue_leave_no_empty_menu():
    songs = [ListedSong("x", None, REASONS)]
    view = recommended(SongList("a", 1, Request("x", 10), None, songs, NOTE), 0)
    assert "has left the catalogue" in str([getattr(item, "content", "") for item in view.walk_children()])
    assert not [item for item in view.walk_children() if getattr(item, "options", None) == []]


async def test_a_long_title_is_cut_to_fit_the_name_field():
    name = default_name(SongList("a", 1, Request("x", 10), worst_song("a"), [], NOTE))
    form = name_form("save-as", 1, "a", name)
    assert len(form.to_dict()["components"][0]["component"]["value"]) == 80


def test_a_chart_has_bars_of_equal_width_whatever_the_share():
    lines = chart([("none", 0.0), ("half", 0.5), ("all", 1.0), ("more", 1.2)]).split("\n")[1:-1]
    assert [line.split()[0] for line in lines] == ["0%", "50%", "100%", "120%"]
    assert len({line.rindex(" ") for line in lines}) == 1


@pytest.mark.parametrize("title", ["", "\u200b", "\u202e\u2066"])
def test_a_title_that_cannot_be_seen_is_untitled(title):
    assert plain(title, 70) == "untitled"


def test_a_mark_that_turns_the_line_around_is_dropped():
    assert plain("abc\u202edef", 70) == "abcdef"
