"""`segue doctor`: what is wrong with this installation, and how to mend it."""

import asyncio
import json
from dataclasses import asdict

import click

from bot.settings import SettingsError, read_settings

MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON line.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check token, permissions, database, model, disk, clock and more; say how to mend each."""
    from bot.doctor import Finding, examine

    try:
        settings = read_settings()
    except SettingsError as error:
        findings = [Finding("settings", "fail", str(error))]
    else:
        findings = asyncio.run(examine(settings))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False))
    else:
        for one in findings:
            click.echo(f"{MARKS[one.level]}  {one.subject}: {one.sentence}")
    context.exit(any(one.level == "fail" for one in findings))
