"""The recommender's part of `docs/results.md`."""

from typing import Any

from ml.evaluation.model_steps import runs_of
from ml.evaluation.playlist_baselines import BASELINES
from ml.evaluation.playlists import COLD, DISTINCT, LINEAR, ONE_SONG, SERVED, STEPS
from ml.evaluation.tables import figure, table
from ml.ranking.features import PARTS

Result = dict[str, Any]
FOUND = ("R-precision", "NDCG@500", "recall@500", "clicks", "artist R-precision")
LISTED = ("diversity", "novelty", "coverage", "Gini")
# What a part of the score holds, for the table of what it is worth.
MEANINGS = {
    "genre": "genres of song and artist, by how often they meet in playlists",
    "artist": "artists shared with the given songs",
    "company": "albums shared (mostly compilations), by songs and by artists",
    "fame": "popularity of song and artist, alone and beside the given songs'",
    "sound": "audio features",
    "era": "about when songs came out, guessed from all of that",
    "words": "remastered, guests, explicit",
    "setting": "how many songs are given, how known, how alike",
}


def playlist_tables(results: dict[str, Result]) -> list[str]:
    """Markdown parts; none when playlists were not measured."""
    runs = runs_of(results, STEPS)
    if SERVED not in runs:
        return []
    first = runs[SERVED][0]
    return [
        "## Playlists",
        f"{first['playlists']} of {first['read']} playlists have at least six of the catalogue's {first['songs']:,} "
        "songs. Half of each is given, the other half must be found; five folds by playlist, ± over seeds that draw "
        f"folds and halves anew. Another sample of playlists would move the R-precision by about "
        f"{first['standard error']:.3f} (standard error).",
        _table(runs, [*BASELINES, LINEAR, SERVED], FOUND),
        "Of the first 50 songs of these lists:",
        _table(runs, [*BASELINES, LINEAR, SERVED], LISTED),
        *_one_song(runs),
        *_distinct(runs),
        *_cold(runs),
        *_worth(runs),
        *_trades(runs),
    ]


def _table(runs: dict[str, list[Result]], names: list[str], metrics: tuple[str, ...]) -> str:
    rows = [
        [f"**{name}**" if name == SERVED else name]
        + [figure([run["scores"][metric] for run in runs[name]]) for metric in metrics]
        for name in names
        if name in runs
    ]
    return table(["", *metrics], rows)


def _distinct(runs: dict[str, list[Result]]) -> list[str]:
    if DISTINCT not in runs:
        return []
    found = runs[DISTINCT][0]
    return [
        f"Lists of 50 for {found['lists']:,} random songs, as members get them: {found['songs']:,} songs, "
        f"{found['versions twice']} versions of a song that is on the list already, {found['seed again']} of the given "
        f"song, never more than {found['most by one artist']} by one artist."
    ]


def _one_song(runs: dict[str, list[Result]]) -> list[str]:
    if ONE_SONG not in runs:
        return []
    said = "With a single song of each list given, and all others to be found:"
    return [said, _table(runs, [ONE_SONG], FOUND)]


def _cold(runs: dict[str, list[Result]]) -> list[str]:
    rows = [
        [told, *(figure([run["scores"][metric] for run in runs[f"cold {told}"]]) for metric in FOUND)]
        for told in COLD
        if f"cold {told}" in runs
    ]
    if not rows:
        return []
    said = (
        "The given songs as if the catalogue lacked them (the artists' other songs stay in it; the classifier, which "
        "hears the genres, has met these songs in training):"
    )
    return ["### Songs from outside", said, table(["known of them", *FOUND], rows)]


def _worth(runs: dict[str, list[Result]]) -> list[str]:
    rows = []
    whole = runs[SERVED][0]["scores"]
    for part in PARTS:
        for run in runs.get(f"without {part}", ()):
            changes = [f"{run['scores'][name]:.3f} ({run['scores'][name] - whole[name]:+.3f})" for name in FOUND[:3]]
            rows.append([part, MEANINGS[part], *changes])
    if not rows:
        return []
    said = "The ranker learned again without one part of the score (first seed; in brackets the change):"
    return ["### What each part is worth", said, table(["without", "which holds", *FOUND[:3]], rows)]


def _trades(runs: dict[str, list[Result]]) -> list[str]:
    parts: list[str] = []
    metrics = ("R-precision", "recall@500", "diversity", "novelty", "coverage", "Gini")
    heads = ("R-precision", "recall@50", *metrics[2:])
    for title, prefix, said in (
        ("Closeness against difference", "diversity ", "Lists of 50, at most two songs by an artist, by `diversity`:"),
        ("The adventurous dial", "dial ", "The same lists, with the served diversity, by the dial:"),
    ):
        rows = [
            [name.removeprefix(prefix), *(figure([run["scores"][metric] for run in found]) for metric in metrics)]
            for name, found in runs.items()
            if name.startswith(prefix)
        ]
        if rows:
            parts += [f"### {title}", said, table([prefix.strip(), *heads], rows)]
    return parts
