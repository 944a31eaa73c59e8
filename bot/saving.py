"""Keeping a shown list as a playlist: its button, the form that asks for a name, and what is kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.errors import RefusalError
from bot.language import say
from bot.layout import counted, message, plain
from bot.presses import Press, button, form, typed
from bot.tastes import member_taste
from storage.playlists import NAME_LENGTH, PlaylistTrack

if TYPE_CHECKING:
    from bot.app import SegueBot

BUTTON_SAVE = "Save as playlist"
MODAL_TITLE = "Save as playlist"
MODAL_NAME = "Name"
TEXT_SAVED = "Saved {songs} as **{name}**. See them with `/playlist show`."
TEXT_ALL_REFUSED = "By now you have said no to every song of that list."


def save_button(action: str, owner: int, answer_id: str) -> Press:
    return button(say(BUTTON_SAVE), action, owner, answer_id)


def name_form(action: str, owner: int, answer_id: str, default: str) -> ui.Modal:
    """Asks what to call the playlist."""
    return form(say(MODAL_TITLE), say(MODAL_NAME), action, owner, answer_id, default=default, longest=NAME_LENGTH)


def saved(name: str, count: int) -> ui.LayoutView:
    return message(say(TEXT_SAVED, songs=counted(count), name=plain(name, NAME_LENGTH)))


async def keep_list(
    interaction: discord.Interaction["SegueBot"],
    tracks: Sequence[PlaylistTrack],
    recipe: dict[str, Any],
    model_version: str,
) -> None:
    """Keeps a list under the name typed into the form, and tells so; the answer is deferred already.

    Raises RefusalError when the member has refused every song since.
    """
    bot, user = interaction.client, interaction.user.id
    kept = await _wanted(bot, user, tracks)
    playlist = await bot.store.create_playlist(
        user, interaction.guild_id, typed(interaction), kept, recipe, model_version, bot.clock()
    )
    await interaction.edit_original_response(view=saved(playlist.name, len(kept)))


async def _wanted(bot: "SegueBot", user_id: int, tracks: Sequence[PlaylistTrack]) -> list[PlaylistTrack]:
    """The tracks that the member hasn't refused since they were listed. Raises RefusalError when that is none."""
    member = await member_taste(bot, user_id)
    available, number_of = member.available(bot.bundle), bot.bundle.recommender.number_of
    songs = [(track, number_of(track.track_id)) for track in tracks]
    if kept := [track for track, song in songs if song is None or available[song]]:
        return kept
    raise RefusalError(say(TEXT_ALL_REFUSED))
