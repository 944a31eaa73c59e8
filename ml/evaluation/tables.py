"""Figures and tables of the results page."""

from ml.evaluation.scores import mean_and_interval


def figure(values: list[float]) -> str:
    """The mean, with the half width of its 95 % confidence interval where there are several values."""
    mean, half = mean_and_interval(values)
    if all(isinstance(value, int) for value in values):
        return f"{mean:,.0f}"
    return f"{mean:.3f}" if half is None else f"{mean:.3f} ± {half:.3f}"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
