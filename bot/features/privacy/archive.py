"""Everything stored about a member as one zip file that anyone can open."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.features.privacy.policy import described
from bot.language import say, say_many

JSON_NAME = "everything.json"
README_NAME = "README.txt"
TEXT_README = """\
Everything Segue has stored about you, as of {time} UTC.

{json_name:<24} all of it in one file, for programs
{files}

The .csv files hold the same as tables, one each, for spreadsheets (UTF-8, with commas).{empty}

Times are in UTC. Long numbers are Discord's ids; spreadsheets may round them. A song's id is Spotify's:
https://open.spotify.com/track/ and the id is the song. In Discord, /privacy policy says what each is for
and how long it stays, and /privacy delete deletes all of it.
"""
TEXT_FILE = "{name:<24} {what} ({rows})"
TEXTS_ENTRIES = ("{count:,} entry", "{count:,} entries")
TEXT_EMPTY = "\nNothing is stored for: {names}."

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def archive(tables: Tables, now: datetime) -> bytes:
    """A zip file with all tables as JSON, each that isn't empty as CSV, and an explanation."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in _files(tables, now).items():
            info = zipfile.ZipInfo(name, now.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, content)
    return buffer.getvalue()


def _files(tables: Tables, now: datetime) -> dict[str, str]:
    filled = {table: rows for table, rows in tables.items() if rows}
    empty = [table for table, rows in tables.items() if not rows]
    lines = [
        say(TEXT_FILE, name=f"{table}.csv", what=say(described(table)), rows=counted_rows(len(rows)))
        for table, rows in filled.items()
    ]
    readme = say(
        TEXT_README,
        time=f"{now:%Y-%m-%d %H:%M}",
        json_name=JSON_NAME,
        files="\n".join(lines),
        empty=say(TEXT_EMPTY, names=", ".join(empty)) if empty else "",
    )
    everything = json.dumps(tables, indent=1, ensure_ascii=False)
    return {
        README_NAME: readme,
        JSON_NAME: everything,
        **{f"{table}.csv": _as_csv(rows) for table, rows in filled.items()},
    }


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    text.write("\ufeff")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _cell(value) for column, value in row.items()})
    return text.getvalue()


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def counted_rows(rows: int) -> str:
    return say_many(TEXTS_ENTRIES, rows)
