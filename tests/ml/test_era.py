import numpy as np
import pytest

from ml.ranking.era import EARLIEST, LATEST, Era
from ml.ranking.facts import UNDATED
from ml.ranking.learning import FEWEST_DATED, study
from ml.ranking.ranker import Ranker
from tests.ml.worlds import catalogue_frame, song, world

SONGS = 400


@pytest.fixture(scope="module")
def old_and_new():
    """Swing is from 1950 on, trance from 1990 on, and the faster a song the newer: ten years for 100 BPM."""
    random = np.random.default_rng(0)
    tempos = random.uniform(80, 180, SONGS)
    songs = [song(n, ("swing", "trance")[n % 2], artists=f"Artist {n}", tempo=tempos[n]) for n in range(SONGS)]
    made = world(catalogue_frame(*songs))
    return made, 1950 + 40 * (np.arange(SONGS) % 2) + (tempos - 80) / 10


def test_years_are_guessed_for_songs_that_nobody_dated(old_and_new):
    made, years = old_and_new
    dated, undated = np.arange(0, 300), np.arange(300, SONGS)
    guessed = Era.fit(made.facts, dated, years[dated]).years(made.facts)
    # The penalty pulls all guesses towards the middle.
    assert np.corrcoef(guessed[undated], years[undated])[0, 1] > 0.97
    swing, trance = guessed[undated][::2], guessed[undated][1::2]
    assert trance.mean() - swing.mean() > 15


def test_no_guess_is_beyond_all_years(old_and_new):
    made, years = old_and_new
    far = Era.fit(made.facts, np.arange(SONGS), (years - 1970) * 100 + 1970)
    guessed = far.years(made.facts)
    assert (guessed.min(), guessed.max()) == (EARLIEST, LATEST)


def test_a_genre_that_was_never_dated_counts_as_average(old_and_new):
    made, years = old_and_new
    era = Era.fit(made.facts, np.arange(SONGS), years)
    other = world(catalogue_frame(song(0, "swing"), song(1, "polka"), song(2, "trance")))
    swing, polka, trance = era.years(other.facts)
    assert swing < polka < trance


def test_songs_are_undated_until_somebody_guesses(old_and_new):
    made, years = old_and_new
    assert set(made.facts.years.tolist()) == {UNDATED}
    assert made.facts.dated(None) is made.facts
    era = Era.fit(made.facts, np.arange(SONGS), years)
    assert (made.facts.dated(era).years == era.years(made.facts)).all()


def test_only_songs_on_the_given_playlists_are_learned_from(old_and_new):
    made, years = old_and_new
    lists = [np.arange(start, start + 30) for start in range(0, FEWEST_DATED, 20)]
    elsewhere = years.copy()
    elsewhere[300:] = 1900
    eras = [study(made.facts, made.recommender().index, lists, years=told).blank.era for told in (years, elsewhere)]
    assert eras[0] is not None
    assert (eras[0].others == eras[1].others).all()


def test_too_few_dates_date_nothing(old_and_new):
    made, years = old_and_new
    few = np.where(np.arange(SONGS) < FEWEST_DATED - 1, years, np.nan)
    assert study(made.facts, made.recommender().index, [np.arange(SONGS)], years=few).blank.era is None


def test_the_shipped_ranker_knows_old_genres_from_new_ones():
    era = Ranker.load().era
    assert era is not None
    by_genre = dict(zip(era.genres, era.by_genre + era.by_artist, strict=True))
    assert by_genre["rockabilly"] < by_genre["grunge"] < by_genre["edm"]


def test_a_genre_of_few_dated_songs_is_believed_less(old_and_new):
    _, years = old_and_new
    genres = ["jazz" if number < 2 else ("swing", "trance")[number % 2] for number in range(SONGS)]
    songs = [song(n, genre, artists=f"Artist {n}", tempo=80 + n / 4) for n, genre in enumerate(genres)]
    facts = world(catalogue_frame(*songs)).facts
    # Two songs are dated by mistake, and nothing else is known of their genre.
    era = Era.fit(facts, np.arange(SONGS), np.array([1700.0, 1700.0, *years[2:]]))
    assert era.by_genre[facts.genres.index("jazz")] > -80
