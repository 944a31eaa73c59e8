"""What was understood of a wish, in plain words."""

from collections.abc import Mapping

from ml.filters import Filters, Range, in_words, range_in_words
from ml.wish_meanings import Count, Era, Explicit, Genres, Meaning, Mood, Sound, Wish
from ml.wish_settling import contradictions

# Below and above the middle of all tracks.
SIDES = {
    "danceability": ("hard to dance to", "danceable"),
    "energy": ("calm", "energetic"),
    "loudness": ("quiet", "loud"),
    "speechiness": ("without spoken words", "full of spoken words"),
    "acousticness": ("electric", "acoustic"),
    "instrumentalness": ("with vocals", "instrumental"),
    "liveness": ("from the studio", "live"),
    "valence": ("dark", "cheerful"),
    "tempo": ("slow", "fast"),
    "duration_ms": ("short", "long"),
    "popularity": ("little known", "well known"),
}
# How far from the middle a share is called so.
VERY, PLAIN, HARDLY = 0.39, 0.14, 0.04
# More words than these tell nobody anything.
MOST_IGNORED = 12
TEXT_YEARS_GUESSED = "Release years are guessed, by artist, genre and albums: songs of about that time come first."
TEXT_NO_YEARS = "I know no release years: the era is not used."


def explain(wish: Wish, *, dated: bool) -> list[str]:
    """Sentences: what each part of the text was taken for, what contradicts, and what was ignored.

    `dated` tells whether anything is known of when songs came out.
    """
    lines = [f"“{one.words}”: {_meaning(one.meaning)}{_but(one.overruled)}." for one in wish.understood]
    if wish.era is not None:
        lines.append(TEXT_YEARS_GUESSED if dated else TEXT_NO_YEARS)
    for feature, words in contradictions(wish):
        quoted = " and ".join(f"“{word}”" for word in words)
        lines.append(f"{quoted} pull apart: taken as {_sound({feature: wish.targets[feature]})}.")
    if not wish.understood:
        lines.append("I understood nothing of this.")
    if wish.ignored:
        shown = ", ".join(f"“{word}”" for word in wish.ignored[:MOST_IGNORED])
        more = len(wish.ignored) - MOST_IGNORED
        lines.append(f"Ignored: {shown}{f' and {more:,} more' if more > 0 else ''}.")
    # Who writes "metal, metal, metal" is told once.
    return list(dict.fromkeys(lines))


def _but(overruled: bool) -> str:
    return ", which later words overrule" if overruled else ""


def _meaning(meaning: Meaning) -> str:
    match meaning:
        case Genres(names, wanted):
            return in_words(Filters(genres=names) if wanted else Filters(without=names))
        case Mood(name):
            return in_words(Filters(moods=(name,)))
        case Sound(targets):
            return _sound(targets)
        case Range():
            return _range(meaning)
        case Explicit(wanted):
            return in_words(Filters(explicit=wanted))
        case Count(songs, minutes):
            return f"{songs:,} songs" if minutes is None else f"{songs:,} songs, about {minutes:g} minutes"
        case Era(first, last):
            return _years(first, last)


def _range(one: Range) -> str:
    if one.feature == "instrumentalness":
        return "only instrumental music" if one.high is None else "only music with vocals"
    return range_in_words(one)


def _years(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return f"up to {last}" if first is None else f"from {first} on"
    return f"of {first}" if first == last else f"{first} to {last}"


def _sound(targets: Mapping[str, float]) -> str:
    return ", ".join(_side(feature, share) for feature, share in targets.items())


def _side(feature: str, share: float) -> str:
    low, high = SIDES[feature]
    distance = abs(share - 0.5)
    if distance < HARDLY:
        return f"neither {low} nor {high}"
    degree = "very " if distance >= VERY else "" if distance >= PLAIN else "rather "
    return degree + (low if share < 0.5 else high)
