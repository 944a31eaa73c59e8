"""The results as a page to read: `docs/results.md`."""

from dataclasses import dataclass
from typing import Any

from ml.evaluation.baselines import BASELINES
from ml.evaluation.drop_report import drop_tables
from ml.evaluation.member_report import member_tables
from ml.evaluation.networks import NETWORKS, SERVED
from ml.evaluation.playlist_report import playlist_tables
from ml.evaluation.tables import figure, table
from ml.tracks import FEATURE_NAMES, TEXT_COLUMNS

Result = dict[str, Any]
SHOWN = ("hit@1", "hit@3", "hit@5", "top-1", "macro precision", "macro recall", "macro F1", "log_loss")
LAST = "calibration_error"
# What the figures of the synthetic genres are called.
SYNTHETIC = {
    "k": "synthetic genres",
    "test_tracks": "test tracks",
    "audio_accuracy": "accuracy from audio (finds the borders of the cells again)",
    "text_accuracy": "accuracy from names alone",
    "strangers": "test tracks by artists not met in training",
    "text_accuracy_strangers": "accuracy from names alone, of those",
    "majority_accuracy": "accuracy of always the largest",
    "ari_seeds": "stability over seeds (adjusted Rand index)",
    "ari_bootstraps": "stability over bootstraps",
    "nmi": "normalised mutual information with the real genres",
    "genre_entropy": "bits to tell a track's real genre",
    "genre_entropy_inside": "… once its synthetic genre is known",
}
# Genres shown of the longest tables; the rest is in the JSON.
SHOWN_GENRES = 12


@dataclass(frozen=True)
class Facts:
    """What the figures were measured on."""

    date: str
    catalogue: str
    sha256: str
    tracks: int
    seeds: tuple[int, ...]
    machine: str


def report(results: dict[str, Result], facts: Facts) -> str:
    """Markdown of all results, the tables in the order of `docs/evaluation.md`."""
    seeds = ", ".join(map(str, facts.seeds))
    parts = [
        "# Results",
        "Made by `segue evaluate`; how each figure is measured is in [evaluation.md](evaluation.md).",
        f"- Date: {facts.date}\n- Catalogue: {facts.catalogue}, {facts.tracks:,} tracks, sha256 `{facts.sha256}`\n"
        f"- Seeds: {seeds}\n- Machine: {facts.machine}",
    ]
    for protocol in ("stratified", "artist-disjoint", "published"):
        by_model = _by_model(results, protocol)
        if by_model:
            parts += [f"## {protocol.capitalize()}", _ceiling(by_model), _model_table(by_model, "scores")]
            if any("strict" in run for runs in by_model.values() for run in runs):
                parts += [
                    "Strict: only test tracks none of whose artists is credited on a training or validation track.",
                    _model_table(by_model, "strict"),
                ]
            parts += _genres(by_model)
    parts += playlist_tables(results)
    parts += member_tables(results)
    parts += drop_tables(results)
    parts += _balances(results)
    parts += _importance(results)
    parts += _clusters(results)
    parts += _popularity(results)
    parts += _two_sources(results)
    return "\n\n".join(part for part in parts if part) + "\n"


def _by_model(results: dict[str, Result], protocol: str) -> dict[str, list[Result]]:
    """The runs of each model, one per seed, baselines first."""
    found: dict[str, list[Result]] = {}
    for key, result in results.items():
        if key.split("/")[0] == protocol:
            for name, run in result.get("models", {}).items():
                found.setdefault(name, []).append(run)
    order = [*BASELINES, *NETWORKS]
    return dict(sorted(found.items(), key=lambda item: (_place(item[0], order), item[0] != SERVED, item[0])))


def _place(name: str, order: list[str]) -> int:
    matches = [place for place, known in enumerate(order) if name == known or name.startswith(f"{known}, ")]
    return max(matches, key=lambda place: len(order[place]), default=len(order))


def _model_table(by_model: dict[str, list[Result]], which: str) -> str:
    rows = []
    for name, runs in by_model.items():
        scores = [run[which] for run in runs if which in run]
        if scores:
            cells = [figure([score[metric] for score in scores]) for metric in (*SHOWN, LAST)]
            rows.append([f"**{name}**" if name == SERVED else name, *cells, str(len(scores))])
    return table(["model", *SHOWN, "calibration error", "seeds"], rows)


def _ceiling(by_model: dict[str, list[Result]]) -> str:
    ceilings = [run["ceiling"] for runs in by_model.values() for run in runs if "ceiling" in run]
    if not ceilings:
        return ""
    return (
        "A track that stands in several rows under different genres can be right in one of them only: no function of "
        f"the track exceeds {ceilings[0]['all rows']:.1%} top-1 on all rows (others quote "
        f"{ceilings[0]['distinct tracks']:.1%}, the share of distinct tracks), or {ceilings[0]['test']:.1%} on this "
        "test part, where fewer of a track's rows meet. What exceeds the first figure has used the leak: whoever saw "
        "the song in training under one genre knows that this row is under another. It is no better model for that."
    )


def _genres(by_model: dict[str, list[Result]]) -> list[str]:
    runs = by_model.get(SERVED)
    if not runs:
        return []
    genres = sorted(runs[0]["genres"], key=lambda row: row["F1"])
    shown = [*genres[:SHOWN_GENRES], *genres[-SHOWN_GENRES:]] if len(genres) > 2 * SHOWN_GENRES else genres
    rows = [
        [
            row["genre"],
            str(row["tracks"]),
            *(f"{row[name]:.3f}" for name in ("precision", "recall", "F1")),
            row["taken for"],
        ]
        for row in shown
    ]
    confused = ", ".join(f"{row['genre']} → {row['taken for']} ({row['tracks']})" for row in runs[0]["confused"])
    return [
        f"The hardest and the easiest genres for the served model (first seed; all {len(genres)} are in the JSON):",
        table(["genre", "test tracks", "precision", "recall", "F1", "most often taken for"], rows),
        f"Most frequent mistakes: {confused}.",
    ]


def _balances(results: dict[str, Result]) -> list[str]:
    balances = {key.split("/")[0].partition(", ")[2] for key in results if key.startswith("stratified, ")}
    if not balances:
        return []
    plain = {name: runs[0]["scores"] for name, runs in _by_model(results, "stratified").items()}
    rows = []
    for balance in sorted(balances):
        for name, runs in _by_model(results, f"stratified, {balance}").items():
            if name in plain:
                cells = [
                    f"{runs[0]['scores'][metric]:.3f} ({runs[0]['scores'][metric] - plain[name][metric]:+.3f})"
                    for metric in ("hit@1", "hit@5", "macro F1", "log_loss")
                ]
                rows.append([name, balance, *cells])
    note = (
        "The file holds 1,000 rows per genre; one row per track leaves genres that share many tracks smaller. In "
        "brackets the change against unbalanced training with the same seed."
    )
    return ["## Balanced training", note, table(["model", "balance", "hit@1", "hit@5", "macro F1", "log-loss"], rows)]


def _importance(results: dict[str, Result]) -> list[str]:
    parts = []
    for key, result in results.items():
        if "importance" not in result:
            continue
        rows, columns = result["importance"], (*FEATURE_NAMES, *TEXT_COLUMNS)
        mean = {name: sum(row[name] for row in rows) / len(rows) for name in columns}
        order = sorted(columns, key=lambda name: -mean[name])
        chosen = sorted(rows, key=lambda row: row["genre"])
        lines = [
            [row["genre"], ", ".join(f"{name} {row[name]:.2f}" for name in sorted(columns, key=lambda c: -row[c])[:4])]
            for row in chosen
        ]
        parts += [
            f"## What decides, {key.split('/')[0]}",
            "How far the probability of a test track's own genres falls when one column is shuffled among tracks. Over "
            "all genres: " + ", ".join(f"{name} {mean[name]:.3f}" for name in order) + ".",
            table(["genre", "the four columns that matter most"], lines),
        ]
    return parts


def _clusters(results: dict[str, Result]) -> list[str]:
    parts: list[str] = []
    for key, result in results.items():
        if key.startswith("clusters/") and result["table"]:
            names = list(result["table"][0])
            rows = [[_cell(row[name]) for name in names] for row in result["table"]]
            parts += [f"## Clusters: {key.split('/')[1]}", table([name.replace("_", " ") for name in names], rows)]
    runs = [result for key, result in results.items() if key.startswith("synthetic genres/")]
    if runs:
        rows = [
            [said, figure([run[name] for run in runs])]
            for name, said in SYNTHETIC.items()
            if all(run[name] is not None for run in runs)
        ]
        parts += ["## Synthetic genres", table(["", "value"], rows)]
    return parts


def _popularity(results: dict[str, Result]) -> list[str]:
    parts: list[str] = []
    for protocol in ("random", "artist-disjoint"):
        runs = [result for key, result in results.items() if key.startswith(f"popularity/{protocol}/")]
        if runs:
            models = [name for name in runs[0] if name != "seconds"]
            rows = [[name, *(figure([run[name][m] for run in runs]) for m in ("mae", "rmse", "r2"))] for name in models]
            parts += [f"### {protocol.capitalize()}", table(["model", "MAE", "RMSE", "R²"], rows)]
    return ["## Popularity", *parts] if parts else []


def _two_sources(results: dict[str, Result]) -> list[str]:
    runs = [result for key, result in results.items() if key.startswith("two sources ")]
    if not runs:
        return []
    tracks = ", ".join(f"{name} {count:,}" for name, count in runs[0]["tracks"].items())
    parts = ["## Two sources: FMA rock against hip-hop", f"Tracks: {tracks}. Hip-hop is the positive class."]
    for exercise in ("classic", "cross-validated"):
        metrics = list(next(iter(runs[0][exercise].values())))
        rows = [
            [model, *(figure([run[exercise][model][metric] for run in runs]) for metric in metrics)]
            for model in runs[0][exercise]
        ]
        parts += [f"### {exercise.capitalize()}", table(["model", *metrics], rows)]
    return parts


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
