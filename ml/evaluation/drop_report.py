"""The drops' part of `docs/results.md`."""

from typing import Any

import numpy as np

from ml.drops import LENGTH
from ml.evaluation.drops import AUDIENCES, DISLIKES, KINDS, LEARNED, LOOKS, NOT_LEARNED, STEPS, STYLES, VARIANTS, WEEKS
from ml.evaluation.model_steps import runs_of
from ml.evaluation.tables import table

Result = dict[str, Any]
# Of whoever likes more songs than all lists together hold twice over, the best are not gone after a few weeks.
PLENTY = 2 * LENGTH * WEEKS
MEASURES = {"anybody": "liked by anybody", "each": "liked by each, on average"}


def drop_tables(results: dict[str, Result]) -> list[str]:
    """Markdown parts; none when drops were not measured."""
    runs = runs_of(results, STEPS)
    if not runs:
        return []
    return [
        "## Drops",
        f"Simulated people get {LENGTH} songs a week for {WEEKS} weeks, look at {LOOKS:.0%} of them, press 👍 on each "
        f"that they like and 👎 on {DISLIKES:.0%} of the others. Shares of the songs that are liked (± standard "
        "error over people or servers, mean over seeds); “rose” counts the weeks whose share is above that of the week "
        "before. Nothing returns, so that the best is gone after the first weeks: what is learned is to be read beside "
        "the row in which nothing is. In “discovery” only songs by artists of whom nothing was liked count; the "
        "more of these are found, the fewer are left to find.",
        *(part for kind in KINDS for audience in AUDIENCES for part in _audience(runs, kind, audience)),
    ]


def _audience(runs: dict[str, list[Result]], kind: str, audience: str) -> list[str]:
    alone = AUDIENCES[audience] == 1
    rows = []
    for style in STYLES:
        for variant in VARIANTS:
            found = runs.get(f"{kind}, {audience}, {style}, {variant}", [])
            name = f"**{style}**" if variant == LEARNED else f"{style}, {NOT_LEARNED}"
            if not found:
                continue
            if not alone:
                rows += [_row(f"{name}, {said}", found, measure) for measure, said in MEASURES.items()]
                continue
            rows.append(_row(name, found, "anybody"))
            if any(likes < PLENTY for run in found for likes in run["likes"]):
                rows.append(_row(f"{name}, {PLENTY} songs to like", found, "anybody", PLENTY))
    if not rows:
        return []
    first = next(found for name, found in runs.items() if name.startswith(f"{kind}, {audience}, "))[0]
    who = "people" if alone else "servers of eight people"
    weeks = [f"week {week}" for week in range(1, WEEKS + 1)]
    heads = ["", *weeks, f"week {WEEKS} − week 1", "rose"]
    return [f"### {len(first['likes'])} {who} who like {kind}", table(heads, rows)]


def _row(name: str, runs: list[Result], measure: str, plenty: int = 0) -> list[str]:
    """Of the audiences that like at least `plenty` songs of the catalogue."""
    weeks = [np.array(run[measure])[np.array(run["likes"]) >= plenty] for run in runs]
    means = np.mean([one.mean(axis=0) for one in weeks], axis=0)
    cells = [_figure([one[:, week] for one in weeks]) for week in range(WEEKS)]
    gain = _figure([one[:, -1] - one[:, 0] for one in weeks], sign="+")
    return [name, *cells, gain, f"{int((np.diff(means) > 0).sum())} of {WEEKS - 1}"]


def _figure(samples: list[np.ndarray], sign: str = "") -> str:
    """The mean over seeds and the standard error of one seed's mean: seeds draw the same playlists again."""
    mean = np.mean([one.mean() for one in samples])
    error = np.mean([one.std() / np.sqrt(len(one)) for one in samples])
    return f"{mean:{sign}.3f} ± {error:.3f}"
