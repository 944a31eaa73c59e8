"""Weekly lists in a world of loud metal and quiet piano, and on the sample catalogue."""

import numpy as np
import pytest

from ml.drops import STYLES, Change, changed, drop
from ml.errors import EmptyResultError
from ml.taste.taste import Evidence, longest_ago, taste_of
from ml.themes import Theme
from tests.ml.taste.tastes import metal, piano, taste
from tests.ml.worlds import catalogue_frame, song, track_id, two_camps, world


@pytest.fixture(scope="module")
def recommender():
    return world(two_camps()).recommender()


@pytest.fixture(scope="module")
def dated(recommender):
    """The 1970s to the 2000s, thirty songs each, both camps in each."""
    made = world(two_camps()).recommender()
    made.facts.years[:] = 1970 + np.arange(120) // 30 * 10 + 4
    return made


def tracks(found) -> list[str]:
    return [one.track_id for one in found.songs]


def camps_of(found) -> set[int]:
    """0 for metal, 1 for piano."""
    return {int(one) % 2 for one in tracks(found)}


def artists_of(recommender, track_ids) -> list[int]:
    return recommender.facts.first_artist[recommender.songs_of(track_ids)[0]].tolist()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("liked", [0, 1, 8])
def test_a_drop_is_as_long_as_asked_and_the_same_again(bundle, style, liked):
    recommender = bundle.recommender
    random = np.random.default_rng(liked)
    ids = [recommender.track_of(int(one)) for one in random.choice(len(recommender.facts), liked + 60, replace=False)]
    member, barred = taste(recommender, ids[:liked]), ids[liked:]
    first, again = (drop(recommender, member, style, 20, exclude=barred[:30], known=barred[30:]) for _ in range(2))
    assert first == again
    songs = [recommender.song_of(one) for one in tracks(first)]
    assert len(set(songs)) == len(songs) == 20
    assert not {*tracks(first)} & {*ids[:liked], *barred}
    assert all(one.reasons for one in first.songs)


@pytest.mark.parametrize("style", STYLES)
def test_no_two_versions_of_a_song_and_none_of_an_excluded_one(style):
    versions = [
        song(number, artists=f"Artist {number // 2}", track_name=f"Song {number // 2}{' - Live' * (number % 2)}")
        for number in range(60)
    ]
    recommender = world(catalogue_frame(*versions)).recommender()
    found = tracks(drop(recommender, taste(recommender, [track_id(0)]), style, 29, exclude=[track_id(3)]))
    assert len({recommender.song_of(one) for one in found}) == len(found) == 28
    assert recommender.song_of(track_id(2)) not in {recommender.song_of(one) for one in found}


def test_what_is_excluded_disliked_or_blocked_never_comes(recommender):
    member = taste(recommender, metal(0), dislikes=metal(1))
    left = drop(recommender, member, "familiar", 200, exclude=metal(2), exclude_artists=["Metal Artist 6"])
    assert not {*tracks(left)} & {*metal(0, 1, 2, 3, 23, 43)}
    # 120 songs less four, and less the other two by the blocked artist.
    assert len(left.songs) == 120 - 6


@pytest.mark.parametrize("style", ["familiar", "theme", "time capsule"])
def test_what_was_shown_before_comes_only_where_nothing_else_is_left(recommender, style):
    known = metal(*range(1, 60))
    theme = Theme("genre", "metal") if style == "theme" else None
    member = taste(recommender, metal(0))
    few = drop(recommender, member, style, 10, known=known[:40], theme=theme)
    assert not {*tracks(few)} & {*known[:40]}
    filled = drop(recommender, member, style, 30, known=known[:40], exclude=piano(*range(60)), theme=theme)
    assert len(filled.songs) == 30
    assert {*tracks(filled)[:19]} == {*known[40:]}


def test_discovery_never_shows_again_what_was_shown(recommender):
    member = taste(recommender, metal(0))
    found = drop(recommender, member, "discovery", 30, known=[*metal(*range(1, 55)), *piano(*range(60))])
    assert sorted(tracks(found)) == sorted(metal(*range(55, 60)))
    with pytest.raises(EmptyResultError):
        drop(recommender, member, "discovery", known=[*metal(*range(60)), *piano(*range(60))])


def test_discovery_is_by_artists_of_whom_nothing_was_liked(recommender):
    liked = metal(0, 1, 2)
    found = tracks(drop(recommender, taste(recommender, liked), "discovery", 20))
    assert not {*artists_of(recommender, found)} & {*artists_of(recommender, liked)}
    familiar = tracks(drop(recommender, taste(recommender, liked), "familiar", 20))
    assert {*artists_of(recommender, familiar)} & {*artists_of(recommender, liked)}


def test_the_same_artist_fills_a_list_only_when_nobody_else_is_left():
    songs = [
        song(number, artists="Ada" if number < 8 else f"Artist {number}", tempo=60.0 + 10 * number)
        for number in range(12)
    ]
    recommender = world(catalogue_frame(*songs)).recommender()
    member = taste(recommender, [track_id(0)])
    assert len([one for one in tracks(drop(recommender, member, "familiar", 6)) if int(one) < 8]) == 2
    assert len(drop(recommender, member, "familiar", 10).songs) == 10


def test_a_list_is_shorter_only_where_nothing_is_left(recommender):
    member = taste(recommender, metal(0))
    assert len(drop(recommender, member, "familiar", 500).songs) == 119
    with pytest.raises(EmptyResultError):
        drop(recommender, member, "familiar", exclude=[*metal(*range(60)), *piano(*range(60))])
    with pytest.raises(ValueError, match="at least 1"):
        drop(recommender, member, "familiar", 0)


def test_themes_fit_the_taste_take_turns_and_do_not_come_back(recommender):
    past: list[Theme] = []
    for _ in range(3):
        found = drop(recommender, taste(recommender, metal(0, 1, 2)), "theme", 10, past=past)
        past.append(found.theme)
        assert camps_of(found) == {0}
    # Both kinds hold one that the taste touches; then the turn begins again.
    assert past == [Theme("genre", "metal"), Theme("mood", "Energetic"), Theme("genre", "metal")]


def test_of_two_genres_the_one_that_was_not_had_lately_is_next(recommender):
    both = taste(recommender, [*metal(0, 1, 2), *piano(0)])
    had = [Theme("genre", "metal"), Theme("mood", "Energetic")]
    assert drop(recommender, both, "theme", 10, past=had).theme == Theme("genre", "piano")
    assert drop(recommender, both, "theme", 10, past=had[:1]).theme == Theme("mood", "Energetic")


def test_a_theme_with_too_few_songs_left_is_passed_over(recommender):
    both = taste(recommender, [*metal(0, 1, 2), *piano(0)])
    assert drop(recommender, both, "theme", 10, exclude=metal(*range(50))).theme == Theme("genre", "piano")


def test_a_given_theme_is_kept_to(recommender):
    member = taste(recommender, metal(0, 1, 2))
    found = drop(recommender, member, "theme", 10, theme=Theme("genre", "piano"))
    assert found.theme == Theme("genre", "piano")
    assert camps_of(found) == {1}
    with pytest.raises(EmptyResultError):
        drop(recommender, member, "theme", theme=Theme("genre", "polka"))


def test_a_capsule_is_of_one_decade_by_the_years_guessed(dated):
    member = taste(dated, metal(0, 1, 2, 30))
    past: list[Theme] = []
    for _ in range(4):
        found = drop(dated, member, "time capsule", 8, past=past)
        past.append(found.theme)
        years = dated.facts.years[dated.songs_of(tracks(found))[0]]
        assert {f"{int(year) // 10 * 10}s" for year in years} == {found.theme.value}
    # What is liked most first; the last decade, the 2000s, is no time to look back to.
    assert [one.value for one in past] == ["1970s", "1980s", "1990s", "1970s"]
    assert {one.kind for one in past} == {"decade"}


def test_without_years_a_capsule_goes_with_what_was_liked_longest_ago(recommender):
    evidence = [Evidence(one, 1.0, 300.0) for one in piano(0, 1, 2)] + [Evidence(one, 1.0) for one in metal(0, 1, 2)]
    now, back = taste_of(recommender, evidence), taste_of(recommender, longest_ago(evidence))
    found = drop(recommender, now, "time capsule", 10, back=back)
    assert found.theme is None
    assert camps_of(found) == {1}
    assert not {*tracks(found)} & {*metal(0, 1, 2), *piano(0, 1, 2)}


def test_the_older_half_of_likes_and_all_dislikes_look_back():
    old, new = Evidence("old", 1.0, 9.0), Evidence("new", 1.0, 1.0)
    middle, against = Evidence("middle", 0.5, 5.0), Evidence("against", -1.0, 0.0)
    assert longest_ago([new, against, old, middle]) == [old, middle, against]
    assert longest_ago([]) == []


@pytest.mark.parametrize("style", ["familiar", "discovery", "time capsule"])
def test_without_a_taste_the_list_samples_widely(bundle, style):
    recommender = bundle.recommender
    songs = recommender.songs_of(tracks(drop(recommender, taste_of(recommender, []), style, 20)))[0]
    assert np.count_nonzero(recommender.facts.carries[songs].any(axis=0)) >= 15


def test_dislikes_alone_change_the_list_that_asks(recommender):
    before = drop(recommender, taste_of(recommender, []), "familiar", 10)
    after = drop(recommender, taste(recommender, [], dislikes=metal(*range(0, 60, 3))), "familiar", 10)
    assert sum(int(one) % 2 for one in tracks(after)) > sum(int(one) % 2 for one in tracks(before))


def test_a_change_is_what_feedback_swapped(recommender):
    metals, pianos = metal(*range(10)), piano(*range(10))
    assert changed(recommender, [*metals[:7], *pianos[:3]], metals) == Change(3, ("piano",), ("metal",))
    assert changed(recommender, [*metals[:9], pianos[0]], metals) == Change(1, (), ())
    assert changed(recommender, metals, metals[::-1]) == Change(0, (), ())


def test_the_genres_that_moved_most_come_first():
    songs = [song(number, genres) for number, genres in enumerate(["a"] * 6 + ["b"] * 6 + ["c"] * 6 + ["d"] * 6)]
    recommender = world(catalogue_frame(*songs)).recommender()
    ids = [track_id(number) for number in range(24)]
    now = [*ids[:2], *ids[6:9], *ids[12:16], *ids[18:20]]
    assert changed(recommender, now, []).more == ("c", "b", "a")
    assert changed(recommender, [], now).less == ("c", "b", "a")
    assert changed(recommender, now, []).swapped == len(now)


def test_what_a_week_changed_is_told_by_the_list_without_it(bundle):
    recommender = bundle.recommender
    genre = recommender.facts.genres[0]
    own = [recommender.track_of(int(one)) for one in recommender.columns.rows_of_genre[genre]]
    before = drop(recommender, taste_of(recommender, []), "familiar", 20)
    after = drop(recommender, taste(recommender, own[:3]), "familiar", 20)
    change = changed(recommender, tracks(after), tracks(before))
    assert 0 < change.swapped <= 20
    assert genre in change.more


def test_styles_that_leave_open_how_far_they_lead_are_as_bold_as_asked(bundle):
    recommender = bundle.recommender
    member = taste(recommender, [recommender.track_of(song) for song in range(5)])

    def fame(style, adventurous):
        found = drop(recommender, member, style, 30, adventurous=adventurous)
        return recommender.facts.familiarity[recommender.songs_of(tracks(found))[0]].mean()

    for style in ("theme", "time capsule"):
        assert fame(style, "bold") < fame(style, "easy")
    for style in ("familiar", "discovery"):
        assert fame(style, "bold") == fame(style, "easy")
