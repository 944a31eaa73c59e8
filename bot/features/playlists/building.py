"""From what a member asks for to the songs of a playlist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

from bot.conditions import read_filters, write_filters
from bot.errors import RefusalError
from bot.layout import song_of
from bot.reasons import write_reasons
from bot.references import find_track, pick_name
from bot.server_rules import TEXT_NO_EXPLICIT, ServerRules
from bot.tastes import MemberTaste
from ml.adventure import USUAL, Adventurous
from ml.bundle import ModelBundle
from ml.filters import Filters
from ml.flow import Flow
from ml.journeys import expand, in_flow, path
from ml.reasons import Reason
from ml.recommendations import Recommendation
from ml.wish_meanings import Explicit, Wish
from storage.playlists import TRACKS_PER_PLAYLIST, Playlist, PlaylistTrack

DEFAULT_LENGTH = 20
SHORTEST, LONGEST = 5, 50
Order = Literal["steady", "rise", "fall", "wave", "best first"]
ORDERS: tuple[Order, ...] = get_args(Order)
# People play a playlist from top to bottom.
DEFAULT_ORDER: Order = "steady"

TEXT_NOTHING_GIVEN = "Tell me what the playlist starts from: a track, a genre, a mood, a wish, or several of them."
TEXT_NO_WISH = "That wish says nothing about the songs. Name a sound, an occasion or a genre: “mellow, no vocals”."
TEXT_BAD_LENGTH = f"A playlist is built with {SHORTEST} to {LONGEST} songs; `/playlist expand` makes it longer."
TEXT_NOTHING_TO_GO_BY = "I know none of the songs on that playlist, so I can't tell what goes with them."
TEXT_FULL = f"That playlist is full: it has {TRACKS_PER_PLAYLIST} songs."


@dataclass(frozen=True)
class Recipe:
    """What a playlist is built from. `filters` holds all conditions, those of the wish's words as well."""

    track_id: str | None
    wish: str | None
    filters: Filters
    length: int
    order: Order
    adventurous: Adventurous = USUAL


@dataclass(frozen=True)
class Built:
    """The songs for a recipe, what its wish was taken for, and what their order changes; None without either.

    `dated` tells whether anything is known of when songs came out; `denied` are the wish's words for explicit songs,
    where the server allows none.
    """

    recipe: Recipe
    tracks: list[PlaylistTrack]
    wish: Wish | None
    flow: Flow | None
    dated: bool
    denied: str | None = None


def read_options(
    rules: ServerRules,
    track: str | None,
    genre: str | None,
    mood: str | None,
    wish: str | None,
    length: int | None,
    order: str,
) -> Recipe:
    """What the command's options ask for; an option outweighs the wish's words on the same thing.

    Raises RefusalError, UnknownTrackError, and FilterError for what excludes itself.
    """
    if track is None and genre is None and mood is None and wish is None:
        raise RefusalError(TEXT_NOTHING_GIVEN)
    bundle = rules.bundle
    read = bundle.wishes.read(wish or "")
    if track is None and genre is None and mood is None and not read.asks:
        raise RefusalError(TEXT_NO_WISH)
    if length is None:
        length = min(max(read.count or DEFAULT_LENGTH, SHORTEST), LONGEST)
    if not SHORTEST <= length <= LONGEST:
        raise RefusalError(TEXT_BAD_LENGTH)
    filters = read.filters
    if genre is not None:
        filters = replace(filters, genres=(pick_name("genre", bundle.catalogue.genres, genre),))
    if mood is not None:
        filters = replace(filters, moods=(pick_name("mood", bundle.clusters.names, mood),))
    track_id = find_track(bundle, track) if track is not None else None
    picked = cast(Order, pick_name("order", [*ORDERS], order))
    return as_allowed(Recipe(track_id, wish, filters, length, picked, rules.adventurous), rules)


def as_allowed(recipe: Recipe, rules: ServerRules) -> Recipe:
    """The recipe without a wish for explicit songs where the server allows none.

    Raises RefusalError where that leaves nothing, and for a track that is one.
    """
    if rules.explicit:
        return recipe
    if recipe.track_id is not None:
        rules.check_listed(recipe.track_id)
    if not recipe.filters.explicit:
        return recipe
    wish = rules.bundle.wishes.read(recipe.wish or "")
    filters = replace(recipe.filters, explicit=None)
    if recipe.track_id is None and not (filters or wish.targets or wish.era):
        raise RefusalError(TEXT_NO_EXPLICIT)
    return replace(recipe, filters=filters)


def write_recipe(recipe: Recipe) -> dict[str, Any]:
    return vars(recipe) | {"filters": write_filters(recipe.filters)}


def read_recipe(stored: Mapping[str, Any]) -> Recipe:
    """What `write_recipe` wrote, after a way through JSON as well."""
    return Recipe(**(dict(stored) | {"filters": read_filters(stored["filters"])}))


def build(rules: ServerRules, recipe: Recipe, member: MemberTaste) -> Built:
    """The songs for a member's recipe, its track first. Raises EmptyResultError when nothing fits."""
    bundle = rules.bundle
    wish = bundle.wishes.read(recipe.wish) if recipe.wish is not None else None
    recommender = bundle.recommender
    conditions = member.refused | {"filters": recipe.filters, "adventurous": recipe.adventurous}
    if wish is not None:
        conditions |= {"targets": wish.targets, "years": (wish.era.first, wish.era.last) if wish.era else None}
    if recipe.track_id is None:
        found = recommender.themed(recipe.length, **conditions)
    else:
        seeds = [recipe.track_id]
        found = recommender.recommend(seeds, recipe.length - 1, bend=member.bend(bundle), **conditions)
        found.insert(0, Recommendation(recipe.track_id, 1.0, (Reason("seed"),)))
    tracks, flow = _entries(bundle, found), None
    if recipe.order != "best first":
        track_ids = [track.track_id for track in tracks]
        _, flow = in_flow(bundle.recommender, track_ids, recipe.order, keep_first=recipe.track_id is not None)
        tracks = [tracks[place] for place in flow.order]
    denied = None if wish is None or rules.explicit else _words_for_explicit(wish)
    return Built(recipe, tracks, wish, flow, recommender.facts.is_dated, denied)


def _words_for_explicit(wish: Wish) -> str | None:
    asked = (one for one in wish.understood if one.meaning == Explicit(True) and not one.overruled)
    return next((one.words for one in asked), None)


def walk(rules: ServerRules, start_id: str, end_id: str, length: int, member: MemberTaste) -> list[PlaylistTrack]:
    """The songs that lead a member from one track to another."""
    return _entries(rules.bundle, path(rules.bundle.recommender, start_id, end_id, length, **member.refused))


def room_for(bundle: ModelBundle, playlist: Playlist, count: int) -> int:
    """How many of `count` more songs a playlist can take. Raises RefusalError when it can't take any."""
    if not any(track.track_id in bundle.catalogue.row_of for track in playlist.tracks):
        raise RefusalError(TEXT_NOTHING_TO_GO_BY)
    room = min(count, TRACKS_PER_PLAYLIST - len(playlist.tracks))
    if room < 1:
        raise RefusalError(TEXT_FULL)
    return room


def grow(rules: ServerRules, playlist: Playlist, count: int, member: MemberTaste) -> list[PlaylistTrack]:
    """Songs that go with a member's playlist and aren't on it."""
    bundle, dial = rules.bundle, rules.adventurous
    track_ids = [track.track_id for track in playlist.tracks]
    bend = member.bend(bundle)
    found = expand(bundle.recommender, track_ids, count, adventurous=dial, bend=bend, **member.refused)
    return _entries(bundle, found)


def _entries(bundle: ModelBundle, found: Sequence[Recommendation]) -> list[PlaylistTrack]:
    songs = [song_of(bundle, one.track_id) for one in found]
    return [
        PlaylistTrack(song.track_id, song.artists, song.title, write_reasons(one.reasons))
        for song, one in zip(songs, found, strict=True)
    ]
