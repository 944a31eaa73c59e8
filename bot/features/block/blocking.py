"""From what a member names to what is blocked, and from a button or a word back to it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.errors import RefusalError
from bot.language import say
from bot.layout import plain, song_label, song_of
from bot.references import find_track
from ml.bundle import ModelBundle
from ml.names import first_artist, fold
from storage.blocks import Block, BlockKind

CLOSEST = 3
# The longest label that is kept; only a handful of titles are longer.
LONGEST_NAME = 200
# Less is no resemblance.
SIMILAR = 60.0
TEXT_UNKNOWN_ARTIST = "I know no artist called “{name}”. Closest: {closest}."
TEXT_OTHER_CATALOGUE = "I no longer know that song. `/block artist` takes the artist's name."
TEXT_NO_ARTIST = "That song names no artist. `/block track` blocks the song alone."
TEXT_NOTHING_BLOCKED = "You block nothing, so there is nothing to undo."
TEXT_NOT_BLOCKED = "You don't block “{name}”. `/block list` shows what you do."
TEXT_SEVERAL = "{count} of your blocks fit “{name}”; choose one: {names}."


@dataclass(frozen=True)
class Target:
    """An artist (by folded name) or a song (by the id of its best-known version), and what people call it."""

    kind: BlockKind
    value: str
    label: str


def artist_named(bundle: ModelBundle, text: str) -> Target:
    """The artist that `text` means. Raises RefusalError with the closest ones."""
    artists = bundle.catalogue.artists
    key = artists.find(text)
    if key is None:
        closest = ", ".join(plain(artists.written(near), 60) for near in artists.suggest(text, CLOSEST))
        raise RefusalError(say(TEXT_UNKNOWN_ARTIST, name=plain(text, 40), closest=closest))
    return _artist(bundle, key)


def artist_of(bundle: ModelBundle, track_id: str) -> Target:
    """The first artist of a track. Raises RefusalError when the catalogue lacks it, or it names nobody."""
    if track_id not in bundle.catalogue.row_of:
        raise RefusalError(say(TEXT_OTHER_CATALOGUE))
    key = first_artist(bundle.catalogue.texts[bundle.catalogue.row_of[track_id]][1])
    if not key:
        raise RefusalError(say(TEXT_NO_ARTIST))
    return _artist(bundle, key)


def _artist(bundle: ModelBundle, key: str) -> Target:
    return Target("artist", key, bundle.catalogue.artists.written(key)[:LONGEST_NAME])


def track_named(bundle: ModelBundle, text: str) -> Target:
    """The song that `text` names, in all its versions. Raises UnknownTrackError."""
    recommender = bundle.recommender
    song = song_of(bundle, recommender.track_of(recommender.song_of(find_track(bundle, text))))
    return Target("track", song.track_id, song_label(song, LONGEST_NAME))


def mark_of(block: Block | Target) -> str:
    """What a button carries for a block: never another one's, and short enough whatever the name is."""
    return hashlib.blake2s(f"{block.kind}:{block.value}".encode(), digest_size=12).hexdigest()


def block_marked(blocks: Sequence[Block], mark: str) -> Block | None:
    return next((block for block in blocks if mark_of(block) == mark), None)


def block_meant(blocks: Sequence[Block], text: str) -> Block:
    """The block that was chosen or typed. Raises RefusalError when it is none."""
    if not blocks:
        raise RefusalError(say(TEXT_NOTHING_BLOCKED))
    named = block_marked(blocks, text) or next((one for one in blocks if fold(one.label) == fold(text)), None)
    if named is not None:
        return named
    similar = blocks_like(blocks, text)
    if len(similar) == 1:
        return similar[0]
    if not similar:
        raise RefusalError(say(TEXT_NOT_BLOCKED, name=plain(text, 40)))
    names = "; ".join(plain(one.label, 60) for one in similar[:CLOSEST])
    raise RefusalError(say(TEXT_SEVERAL, count=len(similar), name=plain(text, 40), names=names))


def blocks_like(blocks: Sequence[Block], text: str) -> list[Block]:
    """The blocks that fit what is typed so far, the latest first."""
    typed = fold(text)
    fitting = [one for one in blocks if typed in fold(one.label)]
    if fitting:
        return fitting
    names = [fold(one.label) for one in blocks]
    return [blocks[place] for *_, place in process.extract(typed, names, scorer=fuzz.ratio, score_cutoff=SIMILAR)]
