"""The words and the layout of what `/drop` answers."""

from collections.abc import Sequence
from datetime import datetime

import discord
from discord import ui

from bot.features.drops.view import TEXT_WEEK
from bot.features.drops.wanting import TEXT_WEEKDAYS
from bot.language import say
from bot.layout import BUTTON_BACK, BUTTON_FORWARD, counted, message, plain
from bot.presses import button, menu, row
from storage.drops import DropSummary
from storage.subscriptions import Subscription, Target, Wanted

TEXT_YOURS = "Your weekly drop"
TEXT_IN_CHANNEL = "The weekly drop in <#{channel}>"
TEXT_WANTED = "{style}, {songs}, every {day} at {time} ({zone})"
TEXT_STYLES = {
    "familiar": "familiar",
    "discovery": "discovery",
    "theme": "genre or mood of the week",
    "time capsule": "time capsule",
}
TEXT_SUBSCRIBED = "{where} is set up: {wanted}.\nThe first one comes <t:{due}:R>, on <t:{due}:F>."
TEXT_CHANGED = "{where} is changed: {wanted}.\nThe next one comes <t:{due}:R>, on <t:{due}:F>."
TEXT_DMS_OPEN = "-# It comes as a direct message: keep them open for a server where we both are."
TEXT_GREETING = "Here your weekly drop will come: {wanted}.\nThe first one comes <t:{due}:R>."
TEXT_STATUS = "### Weekly drops"
TEXT_NONE = "None yet. `/drop subscribe` sets one up: for you in direct messages, or with `channel:` for a server."
TEXT_RUNNING = "**{where}** · {wanted}\nThe next one comes <t:{due}:R>, on <t:{due}:f>."
TEXT_TRYING = "**{where}** · {wanted}\nThis week's is overdue, and I try again <t:{next}:R>."
TEXT_PAUSED = "**{where}** · {wanted}\nPaused since <t:{since}:D>: {why}. `/drop resume` lets it come again."
TEXT_BY_PERSON = "by `/drop pause`"
TEXT_NOW_PAUSED = "{where} is paused. `/drop resume` lets it come again."
TEXT_WAS_PAUSED = "{where} is paused already."
TEXT_AT_ONCE = "{where} is back: this week's comes in a moment."
TEXT_CHANGED_AT_ONCE = "{where} is changed: {wanted}.\nThis week's is overdue and comes in a moment."
TEXT_ENDED = "That weekly drop is gone. What was dropped stays."
MENU_END = "End one …"
TEXT_RESUMED = "{where} is back: the next one comes <t:{due}:R>, on <t:{due}:F>."
TEXT_WAS_RUNNING = "{where} is running: the next one comes <t:{due}:R>, on <t:{due}:F>."
TEXT_UNSUBSCRIBED = "{where} is gone. What was dropped stays in `/drop archive`."
TEXT_ARCHIVE = "### {where}: the archive"
TEXT_NO_DROPS = "Nothing has been dropped there yet."
TEXT_NO_DROPS_YOURS = "Nothing has been dropped for you yet."
TEXT_DROPPED = "**{title}** · {week} · {songs} · [message]({url})"
TEXT_GIVEN_UP = (
    "### {where} is paused\nI tried several times to post it and couldn't: {reason}. Once that is mended, "
    "`/drop resume` lets it come again."
)
MENU_OPEN = "Open one …"
ARCHIVE, OPEN, END = "drop-archive", "drop-open", "drop-end"
# As many as a phone shows without endless scrolling.
ARCHIVE_PAGE = 10


def where_of(channel_id: int | None) -> str:
    return say(TEXT_YOURS) if channel_id is None else say(TEXT_IN_CHANNEL, channel=channel_id)


def in_words(wanted: Wanted) -> str:
    """“discovery, 20 songs, every Friday at 18:00 (Europe/Berlin)”."""
    return say(
        TEXT_WANTED,
        style=say(TEXT_STYLES[wanted.style]),
        songs=counted(wanted.length),
        day=say(TEXT_WEEKDAYS[wanted.weekday]),
        time=wanted.local_time,
        zone=wanted.zone.replace("_", " "),
    )


def subscribed(target: Target, wanted: Wanted, due_at: datetime, now: datetime, *, new: bool) -> ui.LayoutView:
    said = say(
        TEXT_SUBSCRIBED if new else TEXT_CHANGED if due_at > now else TEXT_CHANGED_AT_ONCE,
        where=where_of(target.channel_id),
        wanted=in_words(wanted),
        due=int(due_at.timestamp()),
    )
    return message(said + (f"\n{say(TEXT_DMS_OPEN)}" if target.channel_id is None else ""))


def greeting(wanted: Wanted, due: int) -> ui.LayoutView:
    """What a new subscriber finds in their direct messages."""
    return message(say(TEXT_GREETING, wanted=in_words(wanted), due=due))


def status(subscriptions: Sequence[Subscription], ends: Sequence[tuple[Subscription, str]], user: int) -> ui.LayoutView:
    """The drops that a member may see; those that they may end, each with what to call it, in a menu."""
    if not subscriptions:
        return message(f"{say(TEXT_STATUS)}\n{say(TEXT_NONE)}")
    options = [discord.SelectOption(label=label, value=str(one.id)) for one, label in ends]
    return message(
        say(TEXT_STATUS),
        *(_state(one) for one in subscriptions),
        *([row(menu(say(MENU_END), END, user, options))] if options else []),
    )


def ended() -> ui.LayoutView:
    return message(say(TEXT_ENDED))


def _state(one: Subscription) -> str:
    known = {"where": where_of(one.channel_id), "wanted": in_words(one.wanted)}
    if one.paused_at is not None:
        why = say(one.pause_reason or TEXT_BY_PERSON)
        return say(TEXT_PAUSED, **known, since=int(one.paused_at.timestamp()), why=why)
    if one.failures and one.try_at is not None:
        return say(TEXT_TRYING, **known, next=int(one.try_at.timestamp()))
    return say(TEXT_RUNNING, **known, due=int(one.due_at.timestamp()))


def paused(target: Target, *, now: bool) -> ui.LayoutView:
    return message(say(TEXT_NOW_PAUSED if now else TEXT_WAS_PAUSED, where=where_of(target.channel_id)))


def resumed(target: Target, due_at: datetime, now: datetime, *, was_paused: bool) -> ui.LayoutView:
    text = say(
        TEXT_WAS_RUNNING if not was_paused else TEXT_RESUMED if due_at > now else TEXT_AT_ONCE,
        where=where_of(target.channel_id),
        due=int(due_at.timestamp()),
    )
    return message(text)


def unsubscribed(target: Target) -> ui.LayoutView:
    return message(say(TEXT_UNSUBSCRIBED, where=where_of(target.channel_id)))


def given_up(subscription: Subscription) -> ui.LayoutView:
    """What the owner of a drop is told, once."""
    where = where_of(subscription.channel_id)
    return message(say(TEXT_GIVEN_UP, where=where, reason=say(subscription.pause_reason or TEXT_BY_PERSON)))


def archive(
    target: Target, drops: Sequence[tuple[DropSummary, str]], total: int, number: int, owner: int
) -> ui.LayoutView:
    """Page `number` (from 0) of the drops so far, each with its title, the latest first."""
    if not drops:
        return message(say(TEXT_NO_DROPS_YOURS) if target.channel_id is None else say(TEXT_NO_DROPS))
    lines = [
        say(
            TEXT_DROPPED,
            title=plain(title, 120),
            week=f"{say(TEXT_WEEK, week=int(one.period.rpartition('W')[2]))}, <t:{int(one.posted_at.timestamp())}:D>",
            songs=counted(one.track_count),
            url=_address(target, one),
        )
        for one, title in drops
    ]
    options = [discord.SelectOption(label=f"{title[:80]} · {one.period}", value=str(one.id)) for one, title in drops]
    where = str(target.channel_id or "")
    turns = [
        button(say(BUTTON_BACK), ARCHIVE, owner, f"{where}:{number - 1}", disabled=number == 0),
        button(
            say(BUTTON_FORWARD), ARCHIVE, owner, f"{where}:{number + 1}", disabled=(number + 1) * ARCHIVE_PAGE >= total
        ),
    ]
    return message(
        say(TEXT_ARCHIVE, where=where_of(target.channel_id)),
        "\n".join(lines),
        row(menu(say(MENU_OPEN), OPEN, owner, options)),
        *([row(*turns)] if total > ARCHIVE_PAGE else []),
    )


def _address(target: Target, one: DropSummary) -> str:
    return f"https://discord.com/channels/{target.guild_id or '@me'}/{one.posted_in}/{one.message_id}"
