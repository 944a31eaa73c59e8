"""What a server's settings mean for the lists made in it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import discord

from bot.errors import RefusalError
from bot.layout import LONGEST_TITLE, plain, song_of
from ml.adventure import USUAL, Adventurous
from ml.bundle import ModelBundle
from ml.errors import EmptyResultError
from storage.store import Store

if TYPE_CHECKING:
    from bot.app import SegueBot

TEXT_NO_EXPLICIT = "This server allows no explicit songs on its lists."
TEXT_NOT_LISTED = "This server allows no explicit songs on its lists, and so not **{title}**."


@dataclass(frozen=True)
class ServerRules:
    """How lists are made: with `bundle`, which lists no explicit song unless `explicit` allows them.

    `adventurous` is for whoever doesn't say it themselves.
    """

    bundle: ModelBundle
    adventurous: Adventurous = USUAL
    explicit: bool = True

    def told(self, empty: EmptyResultError) -> str:
        """Why nothing is left, with the server's part in it."""
        return str(empty) if self.explicit else f"{empty} {TEXT_NO_EXPLICIT}"

    def check_listed(self, track_id: str) -> None:
        """Raises RefusalError for a track that a member names and that can't be on a list here."""
        catalogue = self.bundle.catalogue
        # Not known is not allowed, as it is for all conditions.
        if not self.explicit and catalogue.frame["explicit"].iat[catalogue.row_of[track_id]] != 0:
            title = plain(song_of(self.bundle, track_id).title, LONGEST_TITLE)
            raise RefusalError(TEXT_NOT_LISTED.format(title=title))


async def rules_here(interaction: discord.Interaction["SegueBot"]) -> ServerRules:
    """How lists are made where a member asks."""
    bot = interaction.client
    return await server_rules(bot.store, bot.bundle, interaction.guild_id)


async def server_rules(store: Store, bundle: ModelBundle, guild_id: int | None) -> ServerRules:
    """How lists are made in a server, or with None in direct messages."""
    found = await store.guild_settings(guild_id)
    explicit = found.explicit is not False
    adventurous = cast(Adventurous, found.adventurous or USUAL)
    return ServerRules(bundle if explicit else bundle.without_explicit(), adventurous, explicit)
