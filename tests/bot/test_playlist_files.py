"""Playlists as files for other programs."""

import csv
import io

import pytest

from bot.playlist_files import UNKNOWN_LENGTH, Entry, as_csv, as_m3u8, entries
from storage.playlists import PlaylistTrack

REAL = PlaylistTrack("0" * 22, "Björk", "Jóga; live, “at home”", "[]")


def test_a_player_gets_length_names_and_address():
    assert as_m3u8("Friday\nnight", [Entry(REAL, "Homogenic", "art-pop", 305)]).decode() == (
        "#EXTM3U\n"
        "#PLAYLIST:Friday night\n"
        "#EXTINF:305,Björk - Jóga; live, “at home”\n"
        f"https://open.spotify.com/track/{'0' * 22}\n"
    )


def test_a_spreadsheet_gets_a_row_per_song():
    text = as_csv([Entry(REAL, "Homogenic", "art-pop", 305)]).decode("utf-8-sig")
    heads, song = csv.reader(io.StringIO(text))
    assert heads == ["Position", "Title", "Artists", "Album", "Genres", "Spotify URL"]
    assert song == ["1", REAL.title, "Björk", "Homogenic", "art-pop", f"https://open.spotify.com/track/{'0' * 22}"]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_title_that_looks_like_a_formula_is_not_one(title):
    track = PlaylistTrack("0" * 22, title, title, "[]")
    (_, song) = csv.reader(io.StringIO(as_csv([Entry(track, title, title, 1)]).decode("utf-8-sig")))
    assert song[1:5] == ["'" + title] * 4


def test_the_catalogue_adds_what_it_knows(bundle):
    frame = bundle.catalogue.frame
    known = PlaylistTrack(frame["track_id"].iat[0], "A", "T", "[]")
    (first, gone) = entries(bundle, [known, REAL])
    assert first.seconds == round(frame["duration_ms"].iat[0] / 1000)
    assert first.album == frame["album_name"].iat[0]
    assert gone == Entry(REAL, "", "", UNKNOWN_LENGTH)


def test_an_invented_song_has_no_address_on_the_web(bundle):
    frame = bundle.catalogue.frame
    (song,) = entries(bundle, [PlaylistTrack(frame["track_id"].iat[0], "AC/DC", "T", "[]")])
    assert song.address == "AC-DC - T.mp3"
    assert b"spotify" not in as_csv([song]).split(b"\n", 1)[1]
