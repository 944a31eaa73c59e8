"""A small bot that does one of everything, to prove the fake Discord with."""

import asyncio
import io
import logging
import os
import signal
import sys

import discord
from discord import app_commands, ui

log = logging.getLogger("echo")
FRUIT = ["apple", "apricot", "banana"]


class Counter(ui.LayoutView):
    """A layout with a button that counts and a select that answers in private."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.presses = 0
        self.text = ui.TextDisplay("pressed 0 times")
        count = ui.Button(label="Count", custom_id="count")
        count.callback = self.count
        slow = ui.Button(label="Slow", custom_id="slow")
        slow.callback = self.slow
        rename = ui.Button(label="Rename", custom_id="rename")
        rename.callback = self.rename
        self.fruit = ui.Select(custom_id="fruit", options=[discord.SelectOption(label=one) for one in FRUIT])
        self.fruit.callback = self.pick
        rows = ui.ActionRow(count, slow, rename), ui.ActionRow(self.fruit)
        self.add_item(ui.Container(self.text, ui.Separator(), *rows))

    async def count(self, interaction: discord.Interaction) -> None:
        self.presses += 1
        self.text.content = f"pressed {self.presses} times"
        await interaction.response.edit_message(view=self)

    async def slow(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self.text.content = "slowly changed"
        await interaction.edit_original_response(view=self)

    async def rename(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Rename())

    async def pick(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"you took {self.fruit.values[0]}", ephemeral=True)


class Rename(ui.Modal, title="Rename"):
    name = ui.Label(text="New name", component=ui.TextInput(min_length=2))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"now called {self.name.component.value}")


class EchoClient(discord.AutoShardedClient if "sharded" in sys.argv else discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_ready(self) -> None:
        log.info("ready in %s", {guild.name: guild.shard_id for guild in self.guilds})

    async def on_resumed(self) -> None:
        log.info("resumed")


client = EchoClient()
playlist = app_commands.Group(name="playlist", description="Playlists")
client.tree.add_command(playlist)


@client.tree.command(description="Says it back")
async def echo(interaction: discord.Interaction, fruit: str, times: app_commands.Range[int, 1, 3] = 1) -> None:
    await interaction.response.send_message(" ".join([fruit] * times))


@echo.autocomplete("fruit")
async def fruit_starting_with(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=one.title(), value=one) for one in FRUIT if one.startswith(typed)]


@client.tree.command(description="Thinks first")
async def think(interaction: discord.Interaction, private: bool = False) -> None:
    await interaction.response.defer(thinking=True, ephemeral=private)
    await interaction.edit_original_response(content="thought about it")


@client.tree.command(description="A layout with a counter")
async def counter(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(view=Counter())


@client.tree.command(description="A file, and one given back")
async def files(interaction: discord.Interaction, given: discord.Attachment) -> None:
    content = await given.read()
    await interaction.response.defer(thinking=True)
    await interaction.followup.send("here", file=discord.File(io.BytesIO(content[::-1]), "reversed.txt"))


@client.tree.command(description="Writes a direct message")
async def write(interaction: discord.Interaction, person: discord.User) -> None:
    await person.send("hello", allowed_mentions=discord.AllowedMentions(users=[person]))
    await interaction.response.send_message("sent", ephemeral=True)


@client.tree.command(description="Answers too late")
async def late(interaction: discord.Interaction) -> None:
    await asyncio.sleep(4)
    await interaction.response.send_message("too late")


@client.tree.command(description="Answers twice")
async def twice(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("first")
    interaction.response._response_type = None  # past discord.py's own check, so that Discord itself refuses
    await interaction.response.send_message("second")


@client.tree.command(description="Two buttons that Discord cannot tell apart")
async def ambiguous(interaction: discord.Interaction) -> None:
    buttons = [ui.Button(label=label, custom_id="same") for label in ("One", "Two")]
    view = ui.LayoutView()
    view.add_item(ui.ActionRow(*buttons))
    await interaction.response.send_message(view=view)


@client.tree.command(description="Administrators only")
@app_commands.default_permissions(administrator=True)
@app_commands.guild_only()
async def retrain(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("training")


@client.tree.context_menu(name="Shout")
async def shout(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(message.content.upper())


@playlist.command(description="Builds one")
async def build(interaction: discord.Interaction, name: str) -> None:
    await interaction.response.send_message(f"built {name}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    client.run(os.environ["DISCORD_TOKEN"], root_logger=True)
