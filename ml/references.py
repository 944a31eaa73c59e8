"""What a person gave as a track: a Spotify ID, URI or link, or words."""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import unquote

from ml.errors import UnknownTrackError
from ml.names import fold
from ml.phrases import Phrase, listed
from ml.search import Hit, TrackSearch
from ml.tracks import split_values

# Artists and title of all but 17 of the dataset's 89,740 tracks are shorter together.
MAX_CHARACTERS = 300
# Longer text is cut where it is repeated in a sentence.
QUOTED_CHARACTERS = 80

_ID = re.compile(r"[0-9A-Za-z]{22}")
# Around an ID as Discord members write it: code, quotes, emphasis, angle brackets.
_DRESSING = "`\"'“”*_<>|~ "
_URI = re.compile(r"\bspotify:(?:user:[^:\s]+:)?([a-z]+):([0-9A-Za-z]*)", re.IGNORECASE)
_SPOTIFY_LINK = re.compile(
    r"\b(?:open|play)\.spotify\.com(?:/intl-[a-z-]+)?(?:/embed)?(?:/user/[^/\s]+(?=/playlist/))?"
    r"(?:/([a-z-]+))?(?:/([0-9A-Za-z]*))?",
    re.IGNORECASE,
)
_SHORT_LINK = re.compile(r"\b(?:spotify\.link|spotify\.app\.link|spoti\.fi)/", re.IGNORECASE)
# With a scheme, or, without one, a host with a path under an ending that music sites use; "Mr.Kitty/After" is a name.
_LINK = re.compile(
    r"\b[a-z][a-z0-9+.-]*://(?:www\.)?([^\s/<>)\]]+)"
    r"|\b(?:www\.)?((?:[a-z0-9-]+\.)+(?:com|net|org|be|fm|tv|io|link|app|de|uk|ru|music))/\S",
    re.IGNORECASE,
)
_CUSTOM_EMOJI = re.compile(r"<a?:\w+:\d+>")
# "Jay-Z" and "Twenty-One" keep their hyphens: it separates only with spaces around it, longer dashes always do.
_DASH = re.compile(r"\s+[-−‐]\s+|\s*[–—―]\s*")
_BY = re.compile(r"\s+by\s+(?!.*\sby\s)", re.IGNORECASE)

# What the other kinds of Spotify links are called in a sentence.
TEXT_OTHER_KINDS = {
    "album": "an album",
    "prerelease": "an album",
    "playlist": "a playlist",
    "collection": "a playlist",
    "artist": "an artist",
    "episode": "a podcast episode",
    "show": "a podcast",
    "user": "a profile",
    "audiobook": "an audiobook",
    "chapter": "a chapter of an audiobook",
    "concert": "a concert",
    "local": "a file on a computer",
}
TEXT_SOMETHING_ELSE = "something else"


class UnreadableReferenceError(UnknownTrackError):
    """Text that can't name a track, with one sentence that says why and what to give instead."""


class NoSuchTrackError(UnknownTrackError):
    """A readable reference to a track that the catalogue doesn't have; `closest` are the nearest that it has."""

    def __init__(self, sentence: str, closest: tuple[Hit, ...] = ()) -> None:
        super().__init__(sentence)
        self.closest = closest


@dataclass(frozen=True, slots=True)
class Reference:
    """A track as a person named it: by ID, by text, or by a word that may be either.

    `artist` and `title` are the text's two halves where it has two; people write them in either order.
    """

    track_id: str | None = None
    text: str | None = None
    artist: str | None = None
    title: str | None = None


def parse_reference(text: str) -> Reference:
    """Reads `text`; raises UnreadableReferenceError for anything that names no single track."""
    text = _visible(text)
    if not text:
        raise UnreadableReferenceError(Phrase("Name a track: a Spotify link, or “artist – title”."))
    if len(text) > MAX_CHARACTERS:
        raise UnreadableReferenceError(
            Phrase(
                "That is too long for a track: {count:,} characters, at most {most} are read.",
                count=len(text),
                most=MAX_CHARACTERS,
            )
        )
    linked = _linked_track(text)
    if linked is not None:
        return Reference(track_id=linked)
    words = _CUSTOM_EMOJI.sub(" ", text).strip()
    if not fold(words):
        raise UnreadableReferenceError(
            Phrase("There is nothing to search for in that: write the artist and the title in words.")
        )
    bare = words.strip(_DRESSING)
    artist, title = _halves(words)
    return Reference(bare if _ID.fullmatch(bare) else None, words, artist, title)


def resolve_track(reference: Reference, search: TrackSearch, known_ids: Container[str]) -> str:
    """The ID of the track that `reference` names; raises NoSuchTrackError, with the closest ones, for none."""
    if reference.track_id is not None and reference.track_id in known_ids:
        return reference.track_id
    if reference.text is None:
        raise NoSuchTrackError(
            Phrase(
                "The track {track} isn't in the catalogue; try “artist – title”, maybe under another release.",
                track=reference.track_id,
            )
        )
    hit = search.find(reference.text)
    if hit is None and reference.artist is not None:
        hit = search.find(f"{reference.artist} {reference.title}")
    if hit is not None:
        return hit.track_id
    closest = tuple(search.closest(reference.text))
    named = Phrase("I don't know “{text}”.", text=_cut(reference.text))
    if not closest:
        raise NoSuchTrackError(named)
    names = listed([_named(near) for near in closest])
    raise NoSuchTrackError(Phrase("{unknown} Closest: {names}.", unknown=named, names=names), closest)


def _named(hit: Hit) -> str:
    artist = next(iter(split_values(hit.artists)), "")
    return Phrase("“{title}” by {artist}", title=_cut(hit.title), artist=_cut(artist))


def _cut(text: str) -> str:
    return text if len(text) <= QUOTED_CHARACTERS else text[: QUOTED_CHARACTERS - 1].rstrip() + "…"


def _visible(text: str) -> str:
    """`text` without control characters, direction marks and halves of broken characters; single spaces, trimmed."""
    kinds = ((character, unicodedata.category(character)) for character in text)
    kept = (" " if kind == "Cc" else character for character, kind in kinds if kind not in ("Cf", "Cs", "Co", "Cn"))
    return " ".join("".join(kept).split())


def _linked_track(text: str) -> str | None:
    """The ID in the first link to a track; None for text without any link; raises for links to something else."""
    text = unquote(text)
    links = [*_URI.findall(text), *_SPOTIFY_LINK.findall(text)]
    for kind, track_id in links:
        if kind.lower() == "track" and _ID.fullmatch(track_id):
            return track_id
    if links:
        raise UnreadableReferenceError(_no_song(links[0][0].lower()))
    if _SHORT_LINK.search(text):
        raise UnreadableReferenceError(
            Phrase(
                "Short Spotify links can't be followed here: open it and paste the full open.spotify.com/track/… link."
            )
        )
    other = _LINK.search(text)
    if other is not None:
        site = (other.group(1) or other.group(2)).lower()
        raise UnreadableReferenceError(
            Phrase("Links to {site} can't be read: paste a Spotify link, or write “artist – title”.", site=site)
        )
    return None


def _no_song(kind: str) -> str:
    if kind == "track":
        return Phrase("That Spotify link is cut off: a track's ID has 22 letters and digits.")
    other = Phrase(TEXT_OTHER_KINDS.get(kind, TEXT_SOMETHING_ELSE))
    return Phrase("That link is {other}, not a song: paste a link to one song.", other=other)


def _halves(text: str) -> tuple[str | None, str | None]:
    """(artist, title) of "artist – title" or "title by artist"; Nones where the text isn't in two halves."""
    dash = _DASH.split(text, maxsplit=1)
    if len(dash) == 2 and all(map(fold, dash)):
        return dash[0].strip(), dash[1].strip()
    by = _BY.split(text, maxsplit=1)
    if len(by) == 2 and all(map(fold, by)):
        return by[1].strip(), by[0].strip()
    return None, None
