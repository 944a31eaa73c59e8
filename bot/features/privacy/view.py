"""The words and the layout of privacy."""

import discord
from discord import ui

from bot.features.privacy.archive import counted_rows
from bot.features.privacy.policy import KEPT
from bot.language import say
from bot.layout import gap, message
from bot.presses import button, row
from storage.departures import GUILD_GRACE

FILE_NAME = "segue-export.zip"

TEXT_POLICY = (
    "### What I store about you\n"
    "Only what your commands and presses tell me. I never read messages: Discord doesn't send me any."
)
TEXT_KEPT = "**{name}**\n-# {why} · {how_long}"
TEXT_WHERE = (
    "It lies in one file on the machine that runs me, readable only by whoever runs it. Nothing is sold or passed on. "
    "Only the genres that you propose train anything, once they are accepted, and without your id. My log names no "
    "members.\n"
    "What you like and dislike in a server shapes its weekly drop, which doesn't say who liked what; "
    "`/privacy blending allow:False` leaves you out of it.\n"
    "When I am removed from a server, what you asked for and saw there goes after {days} days. Your "
    "playlists, likes and blocks stay yours."
)
TEXT_RIGHTS = "`/privacy export` gives you all of it, `/privacy delete` deletes all of it at once."
TEXT_BACKUPS = "The file is copied every day; what you delete is gone from the {count} copies kept after {count} days."
TEXT_BACKUPS_BY_HAND = "Copies that whoever runs me may have made of the file keep it until they remove them."
TEXT_CONTACT = "Questions? Ask {contact}."
TEXT_NO_CONTACT = "the person who runs this bot on this server"

TEXT_NOTHING = "I have nothing stored about you."
TEXT_EXPORT = "### Everything I have stored about you\n{rows}. Begin with README.txt inside."
TEXT_SENT = "I have sent you everything I have stored about you in a direct message: {rows}."
TEXT_NO_MESSAGES = (
    "You take no direct messages from me, so here it is: everything I have stored about you, {rows}.\n"
    "-# Save the file: this message is gone when you restart Discord."
)
TEXT_HERE = (
    "Everything I have stored about you, {rows}. Begin with README.txt inside.\n"
    "-# Save the file: this message is gone when you restart Discord."
)
TEXT_TOO_LARGE = "Your file is larger than Discord lets me send ({size:.0f} MB). Ask {contact} for it."
BUTTON_HERE = "Get it here instead"

TEXT_CONFIRM = (
    "### Delete everything I have stored about you?\n"
    "Your playlists, likes, blocks and settings go too, and buttons under my older answers to you stop working. "
    "It can't be undone.\n"
    "-# `/privacy export` gives you a copy first."
)
TEXT_DELETED = "Done: everything I had stored about you is deleted, {rows}."
TEXT_DELETED_NOTE = "-# What I have posted or sent you stays in Discord until you delete it there."
BUTTON_DELETE = "Delete everything"

TEXT_BLENDING = (
    "Others on a server where we both are may now see your taste as a picture, compare theirs with it and blend it. "
    "No list of what you asked for, like or keep is shown to them.\n"
    "-# `/privacy blending allow:False` takes it back."
)
TEXT_NO_BLENDING = (
    "Nobody may see your taste as a picture, compare theirs with it or blend it, and servers' weekly drops do without "
    "it.\n"
    "-# `/privacy blending allow:True` lets them; no list of what you asked for, like or keep would be shown to them."
)


def policy(contact: str | None, daily_backups: int) -> ui.LayoutView:
    kept = "\n".join(say(TEXT_KEPT, name=say(one.name), why=say(one.why), how_long=say(one.how_long)) for one in KEPT)
    where = say(TEXT_WHERE, days=GUILD_GRACE.days)
    backups = say(TEXT_BACKUPS, count=daily_backups) if daily_backups else say(TEXT_BACKUPS_BY_HAND)
    asking = say(TEXT_CONTACT, contact=contact or say(TEXT_NO_CONTACT))
    return message(say(TEXT_POLICY), gap(), kept, gap(), where, gap(), f"{say(TEXT_RIGHTS)} {backups}\n{asking}")


def nothing_stored() -> ui.LayoutView:
    return message(say(TEXT_NOTHING))


def export_message(rows: int) -> ui.LayoutView:
    """The direct message with the file."""
    return message(say(TEXT_EXPORT, rows=counted_rows(rows)), ui.File(f"attachment://{FILE_NAME}"))


def export_sent(rows: int, owner: int) -> ui.LayoutView:
    return message(say(TEXT_SENT, rows=counted_rows(rows)), row(button(say(BUTTON_HERE), "export-here", owner, "")))


def export_here(rows: int, *, refused: bool) -> ui.LayoutView:
    """The file in the reply itself: asked for, or because direct messages are `refused`."""
    text = say(TEXT_NO_MESSAGES if refused else TEXT_HERE, rows=counted_rows(rows))
    return message(text, ui.File(f"attachment://{FILE_NAME}"))


def too_large(size: int, contact: str | None) -> str:
    return say(TEXT_TOO_LARGE, size=size / 2**20, contact=contact or say(TEXT_NO_CONTACT))


def confirm_deletion(owner: int) -> ui.LayoutView:
    return message(
        say(TEXT_CONFIRM), row(button(say(BUTTON_DELETE), "forget-me", owner, "", style=discord.ButtonStyle.danger))
    )


def deleted(rows: int) -> ui.LayoutView:
    if not rows:
        return message(say(TEXT_NOTHING))
    return message(say(TEXT_DELETED, rows=counted_rows(rows)), say(TEXT_DELETED_NOTE))


def blending(allowed: bool) -> ui.LayoutView:
    return message(say(TEXT_BLENDING) if allowed else say(TEXT_NO_BLENDING))
