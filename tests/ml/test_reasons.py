from dataclasses import replace

import numpy as np
import pytest

from ml.filters import Filters
from ml.ranking.features import Query, feature_columns, feature_table
from ml.ranking.ranker import Ranker
from ml.ranking.seeds import Seeds
from ml.reasons import Reason, ReasonFinder
from tests.ml.worlds import World, catalogue_frame, song, world

FILL = [
    song(n, "jazz", album_name=f"Album {n}", tempo=60.0 + n, energy=n / 100, valence=n / 100, popularity=float(n))
    for n in range(10, 100)
]
SLOW = {"tempo": 70.0, "energy": 0.2, "valence": 0.2, "popularity": 90.0}


def finder(made: World, weights: dict[str, float]) -> tuple[ReasonFinder, Ranker]:
    """A ranker that adds so much to the score for each part whose columns are above their mean, and its reasons."""
    facts = made.facts
    probe = feature_columns(
        Query(
            facts,
            made.vectors,
            np.ones((len(facts.genres),) * 2),
            Seeds.of(facts, made.vectors, np.array([0])),
            np.arange(1),
        )
    )
    names = [(part, name) for part, columns in probe.items() for name in columns]
    count = len(names)
    ranker = replace(
        Ranker.load(),
        columns=tuple(name for _, name in names),
        parts=tuple(part for part, _ in names),
        # Any value of a column is above this mean by the six deviations that are the most.
        mean=np.full(count, -1e6, dtype=np.float32),
        scale=np.ones(count, dtype=np.float32),
        linear=np.array([weights.get(part, 0.0) for part, _ in names], dtype=np.float32),
        hidden=np.zeros((count, 1), dtype=np.float32),
        bias=np.zeros(1, dtype=np.float32),
        out=np.zeros(1, dtype=np.float32),
    )
    best = made.frame.iloc[made.songs.row_of]
    return ReasonFinder(facts, best["artists"].tolist(), ranker), ranker


EVERYTHING = {"artist": 1.0, "company": 0.5, "genre": 0.2, "sound": 0.1}


def reasons(*songs, weights=EVERYTHING, seeds=1) -> tuple[Reason, ...]:
    """Why the song after the seeds is recommended, in a catalogue with ninety others."""
    made = world(catalogue_frame(*songs, *FILL))
    found, ranker = finder(made, weights)
    chosen = Seeds.of(made.facts, made.vectors, np.arange(seeds))
    one = np.array([seeds])
    table = feature_table(Query(made.facts, made.vectors, ranker.lift_for(made.facts.genres), chosen, one))
    return found.of(chosen, one, made.vectors[one], table)[0]


def kinds(found) -> list[str]:
    return [one.kind for one in found]


def test_an_artist_in_common_is_named_as_written():
    found = reasons(
        song(0, "rock", artists="!!!;Björk", album_name="A", **SLOW),
        song(1, "folk", artists="Ada;BJÖRK;!!!", album_name="B", **SLOW),
    )
    assert Reason("artist", ("BJÖRK", "!!!")) in found


def test_who_is_on_another_version_only_is_not_named():
    # The best-known version credits Ada alone; Ben sings on the live one.
    made = world(
        catalogue_frame(
            song(0, "rock", artists="Ben", album_name="A"),
            song(1, "folk", artists="Ada", track_name="Hit", album_name="B", popularity=80.0),
            song(2, "folk", artists="Ada;Ben", track_name="Hit - Live", album_name="C", popularity=10.0),
            *FILL,
        )
    )
    found, ranker = finder(made, EVERYTHING)
    chosen = Seeds.of(made.facts, made.vectors, np.array([0]))
    table = feature_table(Query(made.facts, made.vectors, ranker.lift_for(made.facts.genres), chosen, np.array([1])))
    assert "artist" not in kinds(found.of(chosen, np.array([1]), made.vectors[[1]], table)[0])


def test_the_same_album():
    for album, named in (("Firsts", True), ("Seconds", False)):
        found = reasons(song(0, "rock", album_name="Firsts"), song(1, "rock", album_name=album))
        assert ("album" in kinds(found)) == named


def test_an_artist_on_a_compilation_with_the_seeds_artist():
    found = reasons(
        song(0, "rock", artists="Ada", album_name="Firsts", **SLOW),
        song(1, "rock", artists="Ben", album_name="Seconds", **SLOW),
        song(2, "rock", artists="Ada", album_name="Best of", tempo=150.0),
        song(3, "rock", artists="Ben", album_name="Best of", tempo=160.0),
    )
    assert Reason("company", ("Ada",)) in found


def test_the_rarer_of_the_genres_in_common_comes_first():
    found = reasons(song(0, "jazz;polka;waltz"), song(1, "jazz;polka"))
    assert Reason("genre", ("polka", "jazz")) in found


def test_without_a_genre_in_common_it_is_told_what_the_song_is_filed_under():
    assert Reason("related", ("folk",)) in reasons(song(0, "rock"), song(1, "folk"))


@pytest.mark.parametrize(
    ("feature", "less", "more", "low", "high"),
    [
        ("tempo", "slower", "faster", 70.0, 150.0),
        ("energy", "calmer", "livelier", 0.2, 0.9),
        ("valence", "darker", "brighter", 0.2, 0.9),
    ],
)
def test_a_notable_difference_is_named(feature, less, more, low, high):
    slow, fast = {**SLOW, feature: low}, {**SLOW, feature: high}
    assert less in kinds(reasons(song(0, "rock", **fast), song(1, "rock", **slow)))
    assert more in kinds(reasons(song(0, "rock", **slow), song(1, "rock", **fast)))


def test_the_two_largest_differences_are_named_the_largest_first():
    found = reasons(
        song(0, "rock", tempo=62.0, energy=0.3, valence=0.5), song(1, "rock", tempo=150.0, energy=0.85, valence=0.75)
    )
    assert [kind for kind in kinds(found) if kind in ("faster", "livelier", "brighter")] == ["faster", "livelier"]


@pytest.mark.parametrize("unknown", [0, 1])
def test_nothing_is_said_of_a_tempo_that_is_unknown(unknown):
    tempos = [155.0, 155.0]
    tempos[unknown] = np.nan
    found = reasons(*(song(n, "rock", **{**SLOW, "tempo": tempos[n]}) for n in (0, 1)))
    assert not {"slower", "faster"} & {*kinds(found)}


def test_songs_that_sound_alike_are_said_to():
    alike = dict.fromkeys(("danceability", "speechiness", "acousticness", "liveness"), 0.25)
    fill = [{**one, **dict.fromkeys(alike, n / 90)} for n, one in enumerate(FILL)]
    made = world(catalogue_frame(song(0, "rock", **SLOW, **alike), song(1, "rock", **SLOW, **alike), *fill))
    found, ranker = finder(made, EVERYTHING)
    chosen = Seeds.of(made.facts, made.vectors, np.array([0]))
    table = feature_table(Query(made.facts, made.vectors, ranker.lift_for(made.facts.genres), chosen, np.array([1])))
    assert "sound" in kinds(found.of(chosen, np.array([1]), made.vectors[[1]], table)[0])


def test_songs_of_unknown_sound_are_not_said_to_sound_alike():
    unknown = dict.fromkeys(("tempo", "energy", "valence", "danceability", "loudness", "duration_ms"), np.nan)
    assert "sound" not in kinds(reasons(song(0, "rock", **unknown), song(1, "rock", **unknown)))


def test_a_song_by_artists_whom_few_know():
    assert "little known" in kinds(reasons(song(0, "rock", **SLOW), song(1, "rock", popularity=11.0)))
    assert "little known" not in kinds(reasons(song(0, "rock", popularity=11.0), song(1, "rock", **SLOW)))


def test_a_popularity_of_nothing_says_nothing():
    assert "little known" not in kinds(reasons(song(0, "rock", **SLOW), song(1, "rock", popularity=0.0)))


@pytest.mark.parametrize(
    ("weights", "order"),
    [
        ({"artist": 3.0, "company": 0.2, "genre": 0.1}, ["artist", "album", "genre"]),
        ({"artist": 0.1, "company": 0.2, "genre": 3.0}, ["genre", "album", "artist"]),
    ],
)
def test_what_raised_the_score_most_comes_first(weights, order):
    ours = {"artists": "Ada", "album_name": "Firsts", **SLOW}
    found = reasons(song(0, "rock", **ours), song(1, "rock", **{**ours, "energy": 0.25}), weights=weights)
    assert kinds(found)[:3] == order


def test_what_lowered_the_score_is_no_reason():
    ours = {"artists": "Ada", "album_name": "Firsts", **SLOW}
    songs = song(0, "rock", **ours), song(1, "rock", **{**ours, "energy": 0.25})
    assert "artist" not in kinds(reasons(*songs, weights={"artist": -1.0, "genre": 1.0}))


def test_a_song_that_nothing_speaks_for_is_told_by_its_genres():
    assert reasons(song(0, "rock", **SLOW), song(1, "folk;polka", **SLOW), weights={})[0] == Reason(
        "related", ("folk", "polka")
    )


def test_a_song_is_compared_with_the_seed_it_is_most_like():
    near = song(0, "rock", artists="Ada", **SLOW)
    far = song(1, "jazz", artists="Ben", tempo=148.0, energy=0.9, valence=0.9, popularity=90.0)
    assert not {"slower", "calmer", "darker"} & {*kinds(reasons(near, far, song(2, "rock", **SLOW), seeds=2))}


def themed(filters: Filters, targets=None) -> list[tuple[Reason, ...]]:
    made = world(catalogue_frame(song(0, "rock;folk", **SLOW), song(1, "folk", tempo=148.0), *FILL))
    found, _ = finder(made, {})
    return found.themed(np.array([0, 1]), filters, targets or {})


def test_without_seeds_the_wished_genres_that_a_song_carries_are_its_reason():
    assert themed(Filters(genres=("folk", "rock"))) == [
        (Reason("carries", ("folk", "rock")),),
        (Reason("carries", ("folk",)),),
    ]


def test_without_seeds_the_wished_mood_is_a_reason():
    assert Reason("mood", ("Chill",)) in themed(Filters(moods=("Chill",)))[0]


def test_without_seeds_only_what_sounds_as_wished_is_said_to():
    assert [Reason("wish") in one for one in themed(Filters(), {"tempo": 0.1})] == [True, False]


def test_a_wish_for_fame_alone_is_no_sound():
    assert all(one == (Reason("carries", one[0].values),) for one in themed(Filters(), {"popularity": 0.9}))
