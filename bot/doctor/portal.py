"""What Discord says of the bot: its token, its intents, its permissions, and the time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import discord
from discord.http import Route

from bot.doctor.findings import Finding

PATIENCE_SECONDS = 10
UNAUTHORIZED = 401
# A page of servers, at most.
PAGE = 200
# Privileged ones, each with its form for small bots; Segue needs none.
PRIVILEGED = {
    "presence": ("gateway_presence", "gateway_presence_limited"),
    "server members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "message content": ("gateway_message_content", "gateway_message_content_limited"),
}
# What drops need in a channel, by the names that Discord's settings show.
NEEDED = {
    "View Channels": discord.Permissions(view_channel=True),
    "Send Messages": discord.Permissions(send_messages=True),
    "Attach Files": discord.Permissions(attach_files=True),
    "Read Message History": discord.Permissions(read_message_history=True),
}
NAMED = 3
# Weekly drops come by our clock and are found again by Discord's.
SKEW = timedelta(seconds=30)
PORTAL = "https://discord.com/developers/applications"


async def ask_discord(token: str | None, clock: Callable[[], datetime]) -> list[Finding]:
    """Asks with the token, and only if there is one."""
    if token is None:
        return [
            Finding(
                "token", "warn", f"DISCORD_TOKEN is not set, so `segue run` opens the playground: {PORTAL} has one."
            ),
            Finding("clock", "ok", "Not compared with Discord's, for want of a token."),
        ]
    headers = {"Authorization": f"Bot {token}"}
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    try:
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            return await _ask(session, clock)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        why = str(error) or type(error).__name__
        return [Finding("token", "fail", f"Discord can't be reached ({why}): see to this machine's network.")]


async def _ask(session: aiohttp.ClientSession, clock: Callable[[], datetime]) -> list[Finding]:
    async with session.get(f"{Route.BASE}/users/@me") as answer:
        time = check_clock(answer.headers.get("Date"), clock())
        if answer.status == UNAUTHORIZED:
            mend = f"make a new one on the Bot page of {PORTAL}"
            return [Finding("token", "fail", f"Discord refuses DISCORD_TOKEN: {mend}."), time]
        if not answer.ok:
            mend = "try again later, and see https://discordstatus.com"
            return [Finding("token", "fail", f"Discord answers with status {answer.status}: {mend}."), time]
        name = (await answer.json())["username"]
    async with session.get(f"{Route.BASE}/oauth2/applications/@me") as answer:
        application = await answer.json()
    return [
        Finding("token", "ok", f"Discord knows it as {name}'s."),
        check_intents(discord.ApplicationFlags._from_value(application.get("flags") or 0)),
        check_permissions(await _servers(session)),
        time,
    ]


async def _servers(session: aiohttp.ClientSession) -> list[dict[str, Any]]:
    servers: list[dict[str, Any]] = []
    while True:
        after = {"after": servers[-1]["id"]} if servers else {}
        async with session.get(f"{Route.BASE}/users/@me/guilds", params={"limit": str(PAGE), **after}) as answer:
            answer.raise_for_status()
            page = await answer.json()
        servers += page
        if len(page) < PAGE:
            return servers


def check_intents(flags: discord.ApplicationFlags) -> Finding:
    on = [name for name, forms in PRIVILEGED.items() if any(getattr(flags, form) for form in forms)]
    if on:
        said = f"{' and '.join(on)} can be read, which Segue never does"
        return Finding("intents", "warn", f"{said}: switch the intent off on the Bot page of {PORTAL}.")
    return Finding("intents", "ok", "No privileged one is on, and none is needed.")


def check_permissions(servers: list[dict[str, Any]]) -> Finding:
    """What the bot's roles allow; single channels may still differ, and `/drop subscribe` tells of those."""
    if not servers:
        return Finding("permissions", "warn", f"The bot is in no server: open the install link from {PORTAL}.")
    lacking: dict[str, list[str]] = {}
    for server in servers:
        has = discord.Permissions(int(server["permissions"]))
        if missing := [name for name, needed in NEEDED.items() if not has.administrator and not has >= needed]:
            lacking[server["name"]] = missing
    if not lacking:
        return Finding("permissions", "ok", f"Weekly drops can come in every server ({len(servers)}), by its roles.")
    told = "; ".join(f"{' and '.join(missing)} in “{name}”" for name, missing in list(lacking.items())[:NAMED])
    more = f" and in {len(lacking) - NAMED} servers more" if len(lacking) > NAMED else ""
    mend = "give it to the bot's role in Server Settings, Roles"
    return Finding("permissions", "warn", f"Weekly drops can't come without {told}{more}: {mend}.")


def check_clock(date: str | None, now: datetime) -> Finding:
    if date is None:
        return Finding("clock", "ok", "Discord didn't say what time it is.")
    ahead = now - parsedate_to_datetime(date)
    if abs(ahead) > SKEW:
        way = "ahead of" if ahead > timedelta() else "behind"
        how_much = timedelta(seconds=round(abs(ahead).total_seconds()))
        mend = "switch time synchronisation on (`timedatectl set-ntp true`)"
        return Finding("clock", "fail", f"This machine's clock is {how_much} {way} Discord's: {mend}.")
    return Finding("clock", "ok", "It agrees with Discord's.")
