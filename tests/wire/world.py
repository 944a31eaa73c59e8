"""The servers, channels and people around the bot, and what becomes of them."""

from tests.wire.gateway import Gateway
from tests.wire.messages import Messages
from tests.wire.payloads import ADMINISTRATOR, EVERYONE, Channel, Guild, Json, User, message


class World:
    """`home` is the server where things happen unless a test says otherwise."""

    def __init__(self) -> None:
        self.bot = User("segue", bot=True)
        self.home = Guild("Home")
        self.guilds: list[Guild] = [self.home]
        self.users: dict[str, User] = {}
        # Of the bot, as the developer portal knows it, and an administrator of the server where things happen.
        self.owner = self.user("owner", permissions=ADMINISTRATOR)
        self.channels = {self.home.channel.id: self.home.channel}
        self.messages = Messages(self.bot)
        self.gateway: Gateway
        self._dms: dict[str, Channel] = {}

    def guild(self, name: str) -> Guild:
        """A further server; a running bot only hears of it by `await discord.gateway.announce(guild)`."""
        guild = Guild(name)
        self.guilds.append(guild)
        self.channels[guild.channel.id] = guild.channel
        return guild

    def channel(self, name: str, guild: Guild | None = None) -> Channel:
        channel = (guild or self.home).add_channel(name)
        self.channels[channel.id] = channel
        return channel

    def user(self, name: str, *, permissions: int = EVERYONE, locale: str = "en-US") -> User:
        user = User(name, permissions=permissions, locale=locale)
        self.users[user.id] = user
        return user

    def dm(self, user: User) -> Channel:
        """The direct messages between this person and the bot."""
        channel = self._dms.setdefault(user.id, Channel(user.name, recipient=user))
        self.channels[channel.id] = channel
        return channel

    def messages_in(self, channel: Channel) -> list[Json]:
        return self.messages.in_channel(channel)

    def say(self, user: User, content: str, where: Channel | None = None) -> Json:
        """A message of a person, for message menus; the bot is not told, as without the message intent."""
        channel = where or self.home.channel
        return self.messages.add(channel, message(channel, user, content=content))

    def react(self, user: User, message: Json, emoji: str) -> None:
        """A reaction; the bot is not told, as without the intent for them."""
        self.messages.react(user, message["id"], emoji)

    async def deny(self, channel: Channel, permission: int) -> None:
        """From now on nobody but administrators may do this in the channel; the bot is none."""
        channel.denied |= permission
        await self.gateway.dispatch("CHANNEL_UPDATE", channel.payload(), guild_id=channel.guild.id)

    async def delete_channel(self, channel: Channel) -> None:
        del self.channels[channel.id]
        channel.guild.channels.remove(channel)
        await self.gateway.dispatch("CHANNEL_DELETE", channel.payload(), guild_id=channel.guild.id)

    async def remove_bot(self, guild: Guild) -> None:
        """Somebody removes the bot from a server."""
        await self.gateway.forget(guild)
