"""The members' part of `docs/results.md`."""

from typing import Any

from ml.evaluation.members import BENT, PEOPLE, ROUNDS, SERVED, SHOWN, STARTS, STEPS, UNBENT, VARIANTS
from ml.evaluation.model_steps import runs_of
from ml.evaluation.tables import figure, table

Result = dict[str, Any]
# After so many rounds of feedback the hit rate is compared with that of an earlier list: …
COMPARED = 3
# … that before any feedback, and that after the first round of it.
SINCE = (0, 1)


def member_tables(results: dict[str, Result]) -> list[str]:
    """Markdown parts; none when members were not measured."""
    runs = runs_of(results, STEPS)
    if not runs:
        return []
    return [
        "## Members",
        f"Members made of playlists: half of the songs are told in {ROUNDS} rounds, the share of the other half among "
        f"the first {SHOWN} songs is the hit rate; before the first round one artist is picked, and after each round "
        "the first five strange songs of the list are disliked (± over seeds). Disliked songs go for good, which alone "
        "makes the rest of the choice better: gains are to be read beside the row in which nothing is learned.",
        *(part for people in PEOPLE for part in _rounds(runs, people)),
        *_started(runs),
    ]


def _rounds(runs: dict[str, list[Result]], people: str) -> list[str]:
    rows = []
    for variant in VARIANTS:
        if found := runs.get(f"{people}, {variant}"):
            hits = [[run["hits"][number] for run in found] for number in range(ROUNDS + 1)]
            name = f"**{variant}**" if variant == SERVED else variant
            rows.append([name, *map(figure, hits), *(figure(_gain(found, since)) for since in SINCE)])
    if not rows:
        return []
    members = runs[f"{people}, {SERVED}"][0]["members"]
    rounds = [f"round {number}" for number in range(1, ROUNDS + 1)]
    heads = ["", "artist picked", *rounds, f"round {COMPARED} / picked", f"round {COMPARED} / round 1"]
    return [f"### {people.capitalize()} each: {members} members", table(heads, rows)]


def _gain(found: list[Result], since: int) -> list[float]:
    return [run["hits"][COMPARED] / run["hits"][since] if run["hits"][since] else 0.0 for run in found]


def _started(runs: dict[str, list[Result]]) -> list[str]:
    rows = [
        [people, *(figure([run["hits"][0] for run in runs[f"{people}, {start}"]]) for start in (UNBENT, BENT))]
        for people in PEOPLE
        if all(f"{people}, {start}" in runs for start in STARTS)
    ]
    if not rows:
        return []
    said = "Lists from one song of theirs, hit rate, once everything is told:"
    return ["### With a song to start from", said, table(["member of", UNBENT, BENT], rows)]
