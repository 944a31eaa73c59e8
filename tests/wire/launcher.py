"""Runs an unchanged bot, a script or a module, with Discord's addresses pointed at the fake one.

python launcher.py http://127.0.0.1:PORT path/to/bot.py|package.module [arguments…]
"""

import runpy
import sys
from pathlib import Path

import yarl
from discord import Client, asset, gateway, http

base, target = sys.argv[1:3]
sys.path[0] = str(Path(__file__).parents[2])
sys.argv = sys.argv[2:]

http.Route.BASE = f"{base}/api/v10"
gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(base.replace("http", "ws", 1) + "/")
asset.Asset.BASE = f"{base}/cdn"


async def identify_at_once(self: Client, shard_id: int | None, *, initial: bool = False) -> None:
    """Discord wants 5 seconds between two IDENTIFYs; a test does not."""


Client.before_identify_hook = identify_at_once

if target.endswith(".py"):
    runpy.run_path(target, run_name="__main__")
else:
    runpy.run_module(target, run_name="__main__", alter_sys=True)
