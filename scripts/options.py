"""Options that several commands of `segue` share."""

import click

SEED = click.IntRange(0, 2**32 - 1)
