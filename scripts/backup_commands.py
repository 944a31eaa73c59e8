"""`segue backup` and `segue restore`."""

from datetime import datetime
from pathlib import Path

import click

from bot.clock import utc_now
from bot.settings import MOST_BACKUPS, Settings

USUALLY_KEPT = 7


@click.command()
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Folder.  [default: backups, beside it]")
@click.option(
    "--keep",
    type=click.IntRange(1, MOST_BACKUPS),
    help=f"How many stay in that folder, the latest.  [default: SEGUE_DAILY_BACKUPS, or {USUALLY_KEPT}]",
)
@click.pass_obj
def backup(settings: Settings, to: Path | None, keep: int | None) -> None:
    """Copy the database, also while the bot runs, and check the copy."""
    from storage.backups import back_up, folder_of

    folder = to or folder_of(settings.database)
    made = back_up(settings.database, folder, utc_now(), keep or settings.daily_backups or USUALLY_KEPT)
    click.echo(f"The database is backed up to {made}.")


@click.command()
@click.argument("backup", type=click.Path(path_type=Path))
@click.pass_obj
def restore(settings: Settings, backup: Path) -> None:
    """Put BACKUP in the database's place; the bot must not be running."""
    from storage.backups import restore as put_back
    from storage.backups import taken_at

    replaced = put_back(backup, settings.database, utc_now())
    click.echo(f"The database is the one {_of(taken_at(backup))}: {backup}.")
    if replaced is not None:
        click.echo(f"The one it replaced is kept as {replaced}.")
    click.echo("Whoever had their data deleted since then is back in it: delete it again if you know of anybody.")


def _of(moment: datetime | None) -> str:
    return f"of {moment:%d %B %Y %H:%M} UTC" if moment is not None else "you named"
