"""What was understood of a wish, in plain words."""

from collections.abc import Mapping

from ml.filters import Filters, Range, in_words, range_in_words
from ml.phrases import Phrase, all_of, listed, quoted
from ml.wish_meanings import Count, Era, Explicit, Genres, Meaning, Mood, Sound, Understood, Wish
from ml.wish_settling import contradictions

# Below and above the middle of all tracks.
TEXT_SIDES = {
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
TEXT_TAKEN = "“{words}”: {meaning}."
TEXT_OVERRULED = "“{words}”: {meaning}, which later words overrule."
TEXT_APART = "{words} pull apart: taken as {sound}."
TEXT_NOTHING = "I understood nothing of this."
TEXT_IGNORED, TEXT_IGNORED_MORE = "Ignored: {words}.", "Ignored: {words} and {more:,} more."
TEXT_COUNT, TEXT_MINUTES = "{songs:,} songs", "{songs:,} songs, about {minutes:g} minutes"
TEXT_INSTRUMENTAL, TEXT_VOCAL = "only instrumental music", "only music with vocals"
TEXT_YEAR, TEXT_YEARS = "of {first}", "{first} to {last}"
TEXT_YEARS_FROM, TEXT_YEARS_UNTIL = "from {first} on", "up to {last}"
TEXT_NEITHER, TEXT_VERY, TEXT_RATHER = "neither {low} nor {high}", "very {side}", "rather {side}"
TEXT_YEARS_GUESSED = "Release years are guessed, by artist, genre and albums: songs of about that time come first."
TEXT_NO_YEARS = "I know no release years: the era is not used."


def explain(wish: Wish, *, dated: bool) -> list[str]:
    """Sentences: what each part of the text was taken for, what contradicts, and what was ignored.

    `dated` tells whether anything is known of when songs came out.
    """
    lines: list[str] = [_taken(one) for one in wish.understood]
    if wish.era is not None:
        lines.append(Phrase(TEXT_YEARS_GUESSED if dated else TEXT_NO_YEARS))
    for feature, words in contradictions(wish):
        said = all_of([quoted(word) for word in words])
        lines.append(Phrase(TEXT_APART, words=said, sound=_sound({feature: wish.targets[feature]})))
    if not wish.understood:
        lines.append(Phrase(TEXT_NOTHING))
    if wish.ignored:
        shown = listed([quoted(word) for word in wish.ignored[:MOST_IGNORED]])
        more = len(wish.ignored) - MOST_IGNORED
        lines.append(Phrase(TEXT_IGNORED_MORE if more > 0 else TEXT_IGNORED, words=shown, more=more))
    # Who writes "metal, metal, metal" is told once.
    return list(dict.fromkeys(lines))


def _taken(one: Understood) -> str:
    return Phrase(TEXT_OVERRULED if one.overruled else TEXT_TAKEN, words=one.words, meaning=_meaning(one.meaning))


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
            return Phrase(TEXT_COUNT if minutes is None else TEXT_MINUTES, songs=songs, minutes=minutes)
        case Era(first, last):
            return _years(first, last)


def _range(one: Range) -> str:
    if one.feature == "instrumentalness":
        return Phrase(TEXT_INSTRUMENTAL if one.high is None else TEXT_VOCAL)
    return range_in_words(one)


def _years(first: int | None, last: int | None) -> str:
    years = {"first": first, "last": last}
    if first is None or last is None:
        return Phrase(TEXT_YEARS_UNTIL if first is None else TEXT_YEARS_FROM, **years)
    return Phrase(TEXT_YEAR if first == last else TEXT_YEARS, **years)


def _sound(targets: Mapping[str, float]) -> str:
    return listed([_side(feature, share) for feature, share in targets.items()])


def _side(feature: str, share: float) -> str:
    low, high = map(Phrase, TEXT_SIDES[feature])
    distance = abs(share - 0.5)
    if distance < HARDLY:
        return Phrase(TEXT_NEITHER, low=low, high=high)
    side = low if share < 0.5 else high
    if VERY > distance >= PLAIN:
        return side
    return Phrase(TEXT_VERY if distance >= VERY else TEXT_RATHER, side=side)
