"""`/taste profile · map · compare · blend`."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import RefusalError
from bot.features.taste import drawings, view
from bot.features.taste.company import TEXT_ALONE, TEXT_YOU_REFUSE, TEXT_YOURSELF, Person, never_asked, others_of
from bot.features.taste.drawings import Named
from bot.features.taste.lists import COMMAND, blend_list, blended, playlist_tracks, write_blend
from bot.presses import TEXT_GONE
from bot.saving import keep_list, name_form
from bot.server_rules import rules_here
from bot.tastes import member_taste
from storage.answers import Answer, StoredAnswer

if TYPE_CHECKING:
    from bot.app import SegueBot

DEFAULT_COUNT = 20
SHORTEST, LONGEST = 5, 50
TEXT_BAD_COUNT = f"A blend has {SHORTEST} to {LONGEST} songs."
TEXT_TOO_FEW = "A list for {members} needs at least {members} songs."

Interaction = discord.Interaction["SegueBot"]


class TasteCog(commands.GroupCog, group_name="taste", group_description="What you like, and what you share."):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        bot.press_handlers |= {view.ALLOW: self.allow, view.REFUSE: self.refuse}
        bot.press_handlers |= {
            "blend-page": self.turn_page,
            "blend-save": self.ask_name,
            "blend-save-as": self.save,
        }

    @app_commands.command(description="A picture of your taste: how it sounds, its genres, how it changes.")
    @app_commands.describe(member="Somebody else, if they allow it")
    async def profile(self, interaction: Interaction, member: discord.Member | discord.User | None = None) -> None:
        others = others_of(interaction.user, [member], interaction.guild_id is not None) if member is not None else []
        if asked := await never_asked(self.bot.store, others):
            await self._ask(interaction, others, asked)
            return
        known = await self._known(interaction, *(others or [interaction.user]))
        if known is None:
            await interaction.response.send_message(view=view.start(), ephemeral=True)
            return
        await interaction.response.defer()
        found = await asyncio.to_thread(drawings.profile, self.bot.bundle, known[0], self.bot.clock())
        file = view.file_of(found.picture)
        await interaction.edit_original_response(view=view.profile(found, own=not others), attachments=[file])

    @app_commands.command(description="All songs as a map, with yours on it.")
    async def map(self, interaction: Interaction) -> None:
        known = await self._known(interaction, interaction.user)
        if known is None:
            await interaction.response.send_message(view=view.start(), ephemeral=True)
            return
        await interaction.response.defer()
        picture, note = await asyncio.to_thread(drawings.music_map, self.bot.bundle, known[0])
        page, file = view.music_map(picture, note), view.file_of(picture)
        await interaction.edit_original_response(view=page, attachments=[file])

    @app_commands.command(description="How alike your taste and another member's are, and songs for both.")
    @app_commands.describe(member="Whom to compare with")
    async def compare(self, interaction: Interaction, member: discord.Member | discord.User) -> None:
        others = others_of(interaction.user, [member], interaction.guild_id is not None)
        if not others:
            raise RefusalError(TEXT_YOURSELF)
        together = await self._together(interaction, others)
        if together is None:
            return
        (one, other), agreed_now = together
        rules = await rules_here(interaction)
        found = await asyncio.to_thread(drawings.comparison, rules.bundle, one, other, self.bot.clock())
        page, file = view.comparison(found, agreed_now), view.file_of(found.picture)
        await interaction.edit_original_response(view=page, attachments=[file])

    @app_commands.command(description="One list for you and up to nine others, with a fair share for everyone.")
    @app_commands.describe(
        member1="Who is in besides you",
        **{f"member{place}": "And who else" for place in range(2, 10)},
        count=f"How many songs ({SHORTEST} to {LONGEST})",
    )
    async def blend(
        self,
        interaction: Interaction,
        member1: discord.Member | discord.User,
        member2: discord.Member | discord.User | None = None,
        member3: discord.Member | discord.User | None = None,
        member4: discord.Member | discord.User | None = None,
        member5: discord.Member | discord.User | None = None,
        member6: discord.Member | discord.User | None = None,
        member7: discord.Member | discord.User | None = None,
        member8: discord.Member | discord.User | None = None,
        member9: discord.Member | discord.User | None = None,
        count: app_commands.Range[int, SHORTEST, LONGEST] = DEFAULT_COUNT,
    ) -> None:
        given = (member1, member2, member3, member4, member5, member6, member7, member8, member9)
        named = [one for one in given if one is not None]
        await self._blend(interaction, others_of(interaction.user, named, interaction.guild_id is not None), count)

    async def _blend(self, interaction: Interaction, others: Sequence[Person], count: int) -> None:
        if not SHORTEST <= count <= LONGEST:
            raise RefusalError(TEXT_BAD_COUNT)
        if not others:
            raise RefusalError(TEXT_ALONE)
        if count < len(others) + 1:
            raise RefusalError(TEXT_TOO_FEW.format(members=len(others) + 1))
        together = await self._together(interaction, others)
        if together is None:
            return
        members, agreed_now = [one.known for one in together[0]], together[1]
        rules = await rules_here(interaction)
        request, tracks = write_blend(await asyncio.to_thread(blended, rules, members, count))
        user, version, now = interaction.user.id, self.bot.bundle.version, self.bot.clock()
        answer = Answer(secrets.token_urlsafe(9), user, interaction.guild_id, COMMAND, request, version)
        await self.bot.store.save_answer(answer, tracks, now)
        songs = blend_list(self.bot.bundle, StoredAnswer(**vars(answer), created_at=now, tracks=tracks))
        ids = [user, *(one.id for one in others)]
        page = view.blend(songs, ids, 0, together[0][0].known.verdicts, wanted=count, agreed_now=agreed_now)
        await interaction.edit_original_response(view=page)

    async def _together(self, interaction: Interaction, others: Sequence[Person]) -> tuple[list[Named], bool] | None:
        """The asker and the others, and whether the asker has just agreed; None when others are asked first.

        Whoever wants to see another's taste beside their own agrees to the same. Raises RefusalError for who doesn't
        want that, and for who likes nothing yet. Answers or defers before it writes anything.
        """
        store, asker = self.bot.store, interaction.user
        before = await store.may_blend(asker.id)
        if before is False:
            raise RefusalError(TEXT_YOU_REFUSE)
        if asked := await never_asked(store, others):
            await self._ask(interaction, others, asked, agreed_now=before is None)
            known = None
        elif (known := await self._known(interaction, asker, *others)) is None:
            raise RefusalError(view.TEXT_NO_LIKES_YOU)
        else:
            await interaction.response.defer()
        # They may have said no in the meantime.
        if before is None and not await store.agree(asker.id, self.bot.clock()):
            raise RefusalError(TEXT_YOU_REFUSE)
        return None if known is None else (known, before is None)

    async def _ask(
        self, interaction: Interaction, others: Sequence[Person], asked: Sequence[int], *, agreed_now: bool = False
    ) -> None:
        """Asks those who never were, in public: only there they can answer."""
        names = {person.id: person.display_name for person in others}
        page = view.question(interaction.user.id, dict.fromkeys(asked), names, agreed_now=agreed_now)
        pinged = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(one) for one in asked])
        await interaction.response.send_message(view=page, allowed_mentions=pinged)

    async def _known(self, interaction: Interaction, *people: Person) -> list[Named] | None:
        """What is known of people; None when nothing is of the asker. Raises RefusalError for others like that."""
        found = [Named(person.display_name, await member_taste(self.bot, person.id)) for person in people]
        for person, one in zip(people, found, strict=True):
            if not one.known.taste and person.id == interaction.user.id:
                return None
            if not one.known.taste:
                raise RefusalError(view.TEXT_NO_LIKES.format(who=person.mention))
        return found

    async def allow(self, interaction: Interaction, asker: str) -> None:
        await self._answered(interaction, asker, True)

    async def refuse(self, interaction: Interaction, asker: str) -> None:
        await self._answered(interaction, asker, False)

    async def _answered(self, interaction: Interaction, asker: str, allowed: bool) -> None:
        await interaction.response.defer()
        await self.bot.store.set_blendable(interaction.user.id, allowed, self.bot.clock())
        # As it stands now, with what others have just answered. What they decided elsewhere is not for the channel.
        shown = await interaction.original_response()
        asked = view.asked_in(shown) | {interaction.user.id: allowed}
        page = view.question(int(asker), asked, view.names_in(shown), agreed_now=view.tells_agreed(shown, int(asker)))
        await interaction.edit_original_response(view=page)

    async def _stored(self, answer_id: str) -> StoredAnswer:
        stored = await self.bot.store.load_answer(answer_id)
        if stored is None:
            raise RefusalError(TEXT_GONE)
        return stored

    async def turn_page(self, interaction: Interaction, argument: str) -> None:
        answer_id, number = argument.rsplit(":", 1)
        stored = await self._stored(answer_id)
        verdicts = await self.bot.store.verdicts(stored.user_id, [track.track_id for track in stored.tracks])
        songs = blend_list(self.bot.bundle, stored)
        assert interaction.message is not None
        page = view.blend(songs, view.members_of(interaction.message), int(number), verdicts)
        await interaction.response.edit_message(view=page)

    async def ask_name(self, interaction: Interaction, answer_id: str) -> None:
        await self._stored(answer_id)
        await interaction.response.send_modal(
            name_form("blend-save-as", interaction.user.id, answer_id, view.DEFAULT_NAME)
        )

    async def save(self, interaction: Interaction, answer_id: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        songs = blend_list(self.bot.bundle, await self._stored(answer_id))
        tracks = playlist_tracks(songs)
        if not tracks:
            raise RefusalError(view.TEXT_OTHER_CATALOGUE)
        await keep_list(interaction, tracks, {"command": COMMAND}, songs.note.version)
