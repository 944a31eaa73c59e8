import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import UnknownTrackError
from ml.references import (
    MAX_CHARACTERS,
    NoSuchTrackError,
    Reference,
    UnreadableReferenceError,
    parse_reference,
    resolve_track,
)
from ml.search import TrackSearch

ID = "4uLU6hMCjMI75M1A2tKUQC"


@pytest.mark.parametrize(
    "text",
    [
        f"spotify:track:{ID}",
        f"https://open.spotify.com/track/{ID}",
        f"http://open.spotify.com/track/{ID}?si=0123456789abcdef",
        f"https://open.spotify.com/intl-de/track/{ID}?si=x&utm_source=y#z",
        f"https://open.spotify.com/embed/track/{ID}",
        f"https://open.spotify.com/album/{ID[::-1]}?highlight=spotify:track:{ID}",
        f"open.spotify.com/track/{ID}",
        f"<https://open.spotify.com/track/{ID}>",
        f"[a song](https://open.spotify.com/track/{ID})",
        f"listen to https://open.spotify.com/track/{ID}, it's great",
        f"\u200fhttps://open.spotify.com/track/{ID}\n",
    ],
)
def test_a_link_or_uri_anywhere_in_the_text_names_its_track(text: str) -> None:
    assert parse_reference(text) == Reference(track_id=ID)


@pytest.mark.parametrize("text", [ID, f" {ID}\n", f"`{ID}`", f"<{ID}>"])
def test_a_bare_id_may_also_be_a_word(text: str) -> None:
    reference = parse_reference(text)
    assert reference.track_id == ID
    assert reference.text is not None and ID in reference.text


@pytest.mark.parametrize(
    ("text", "artist", "title"),
    [
        ("Adele - Hello", "Adele", "Hello"),
        ("Adele – Hello", "Adele", "Hello"),
        ("Adele—Hello", "Adele", "Hello"),
        ("Jay-Z - 99 Problems - Live", "Jay-Z", "99 Problems - Live"),
        ("Hello by Adele", "Adele", "Hello"),
        ("Stand by Me by Ben E. King", "Ben E. King", "Stand by Me"),
        ("Adele Hello", None, None),
        ("Jay-Z", None, None),
        ("- Hello", None, None),
    ],
)
def test_artist_and_title_are_told_apart(text: str, artist: str | None, title: str | None) -> None:
    assert parse_reference(text) == Reference(text=text, artist=artist, title=title)


def test_right_to_left_text_is_read_without_its_marks() -> None:
    assert parse_reference("\u202bשלום\u202c \u200fעולם\x07").text == "שלום עולם"


@pytest.mark.parametrize("text", ["AC/DC", "Mr.Kitty/After Dark", "50% off", "spotify: the musical", "1/1"])
def test_names_with_slashes_and_colons_are_no_links(text: str) -> None:
    assert parse_reference(text).text == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Name a track"),
        (" \n\u200f", "Name a track"),
        ("x" * (MAX_CHARACTERS + 1), "at most 300"),
        (f"https://open.spotify.com/album/{ID}", "an album"),
        (f"https://open.spotify.com/playlist/{ID}", "a playlist"),
        (f"https://open.spotify.com/user/someone/playlist/{ID}", "a playlist"),
        (f"spotify:user:someone:playlist:{ID}", "a playlist"),
        (f"https://open.spotify.com/intl-fr/artist/{ID}", "an artist"),
        (f"spotify:episode:{ID}", "a podcast episode"),
        (f"https://open.spotify.com/show/{ID}", "a podcast"),
        ("https://open.spotify.com/user/someone", "a profile"),
        (f"https://open.spotify.com/audiobook/{ID}", "an audiobook"),
        ("https://open.spotify.com/", "not a song"),
        ("https://open.spotify.com/track/4uLU6hMCj", "cut off"),
        ("https://spotify.link/AbCdEf", "full open.spotify.com"),
        ("https://spotify.app.link/AbCdEf", "full open.spotify.com"),
        ("https://www.youtube.com/watch?v=x", "youtube.com"),
        ("youtu.be/x", "youtu.be"),
        ("🔥🔥🔥", "nothing to search for"),
        ("<:party:123456789012345678>", "nothing to search for"),
        ("?!", "nothing to search for"),
    ],
)
def test_everything_else_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(UnreadableReferenceError) as refusal:
        parse_reference(text)
    assert said in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_a_link_to_a_track_wins_over_a_link_to_its_album() -> None:
    both = f"https://open.spotify.com/album/{ID[::-1]} https://open.spotify.com/track/{ID}"
    assert parse_reference(both).track_id == ID


@settings(deadline=None)  # a busy machine is no failure
@given(st.text() | st.text(alphabet=st.sampled_from("spotify:track/open.com<>[]()% -by\u202e🔥")))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        reference = parse_reference(text)
    except UnreadableReferenceError:
        return
    assert reference.track_id or reference.text


@pytest.fixture(scope="module")
def search() -> TrackSearch:
    rows = [
        (ID, "Adele", "25", "Hello", 70),
        ("lionel", "Lionel Richie", "Can't Slow Down", "Hello", 60),
        ("someone", "Adele", "21", "Someone Like You", 80),
        ("stand", "Ben E. King", "Don't Play That Song", "Stand by Me", 75),
    ]
    return TrackSearch(pd.DataFrame(rows, columns=["track_id", "artists", "album_name", "track_name", "popularity"]))


@pytest.mark.parametrize(
    ("text", "track_id"),
    [
        (ID, ID),
        (f"spotify:track:{ID}", ID),
        ("Adele – Hello", ID),
        ("Hello - Adele", ID),
        ("Hello by Adele", ID),
        ("Hello by Lionel Richie", "lionel"),
        ("Stand by Me", "stand"),
    ],
)
def test_a_reference_leads_to_its_track(search: TrackSearch, text: str, track_id: str) -> None:
    assert resolve_track(parse_reference(text), search, {ID, "lionel", "someone", "stand"}) == track_id


def test_unknown_text_is_answered_with_the_closest_tracks(search: TrackSearch) -> None:
    with pytest.raises(NoSuchTrackError) as refusal:
        resolve_track(parse_reference("Adele – Skyfall"), search, set())
    assert (
        str(refusal.value) == "I don't know “Adele – Skyfall”. Closest: “Someone Like You” by Adele, “Hello” by Adele."
    )
    assert [hit.track_id for hit in refusal.value.closest] == ["someone", ID]
    assert isinstance(refusal.value, UnknownTrackError)


def test_an_unknown_link_is_refused_without_guessing(search: TrackSearch) -> None:
    with pytest.raises(NoSuchTrackError, match="isn't in the catalogue") as refusal:
        resolve_track(Reference(track_id=ID), search, set())
    assert refusal.value.closest == ()


def test_long_unknown_text_is_repeated_in_part(search: TrackSearch) -> None:
    with pytest.raises(NoSuchTrackError) as refusal:
        resolve_track(parse_reference("zq " * 90), search, set())
    assert "…” " in str(refusal.value).replace("”.", "” ")
    assert len(refusal.value.closest) == 3
