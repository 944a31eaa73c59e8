"""The words and the layout of privacy."""

import discord
from discord import ui

from bot.layout import message
from bot.presses import button, row

TEXT_EXPORT = "Everything I have stored about you: {rows} rows."
TEXT_CONFIRM = "This deletes everything I have stored about you, your playlists too. It can't be undone."
TEXT_DELETED = "Done: {rows} rows about you are deleted."
BUTTON_DELETE = "Delete everything"
FILE_NAME = "segue-export.json"


def exported(rows: int) -> ui.LayoutView:
    return message(TEXT_EXPORT.format(rows=rows), ui.File(f"attachment://{FILE_NAME}"))


def confirm_deletion(owner: int) -> ui.LayoutView:
    return message(TEXT_CONFIRM, row(button(BUTTON_DELETE, "forget-me", owner, "", style=discord.ButtonStyle.danger)))


def deleted(rows: int) -> ui.LayoutView:
    return message(TEXT_DELETED.format(rows=rows))
