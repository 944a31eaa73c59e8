"""The environment that Segue's own processes get in tests."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]
# A developer's own settings must not reach a process under test.
PRIVATE_PREFIXES = ("DISCORD_", "SEGUE_", "SPOTIPY_", "SPOTIFY_")


def clean_environment(data: Path, **settings: str) -> dict[str, str]:
    """Ours without any setting of the developer's, with the checkout importable and `data` as the data folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE_PREFIXES)}
    return inherited | {
        "SEGUE_DATA_DIR": str(data),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "PYTHONUNBUFFERED": "1",
        **settings,
    }
