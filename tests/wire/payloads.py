"""The people, servers and channels of the fake Discord, and the JSON Discord would show for them."""

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

DISCORD_EPOCH_MS = 1_420_070_400_000
ADMINISTRATOR = 1 << 3
VIEW_CHANNEL, SEND_MESSAGES, EMBED_LINKS, ATTACH_FILES, READ_HISTORY = (1 << bit for bit in (10, 11, 14, 15, 16))
# What @everyone may do in a new server; the last one is to use application commands.
EVERYONE = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_HISTORY | 1 << 31
# Discord's documentation says "in the past few minutes".
NONCE_MEMORY_S = 180.0
FILE_SIZE_LIMIT = 10 * 1024 * 1024

TEXT, DM = 0, 1
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15

_sequence = itertools.count(1)


def snowflake() -> str:
    """A new id, ordered by time as Discord's are."""
    milliseconds = int(time.time() * 1000) - DISCORD_EPOCH_MS
    return str(milliseconds << 22 | next(_sequence) & 0x3FFFFF)


def timestamp() -> str:
    return datetime.now(UTC).isoformat()


@dataclass(eq=False)
class Channel:
    """`denied` is what everyone, the bot included, may not do here.

    For `nonce_memory` seconds two messages with one nonce are one; 0: they never are.
    """

    name: str
    guild: "Guild | None" = None
    recipient: "User | None" = None
    denied: int = 0
    nonce_memory: float = NONCE_MEMORY_S
    id: str = field(default_factory=snowflake)

    def payload(self) -> Json:
        if self.recipient:
            return {
                "id": self.id,
                "type": DM,
                "last_message_id": None,
                "flags": 0,
                "recipients": [self.recipient.payload()],
            }
        return {
            "id": self.id,
            "guild_id": self.guild.id,
            "type": TEXT,
            "name": self.name,
            "position": 0,
            "permission_overwrites": self._overwrites(),
            "nsfw": False,
            "topic": None,
            "last_message_id": None,
            "rate_limit_per_user": 0,
            "parent_id": None,
            "flags": 0,
        }

    def _overwrites(self) -> list[Json]:
        return [{"id": self.guild.id, "type": 0, "allow": "0", "deny": str(self.denied)}] if self.denied else []


@dataclass(eq=False)
class User:
    name: str
    permissions: int = EVERYONE
    bot: bool = False
    locale: str = "en-US"
    accepts_direct_messages: bool = True
    id: str = field(default_factory=snowflake)

    def payload(self) -> Json:
        return {
            "id": self.id,
            "username": self.name,
            "discriminator": "0",
            "global_name": None if self.bot else self.name.title(),
            "avatar": None,
            "primary_guild": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
        }

    def member(self) -> Json:
        """The same person as a member of a server."""
        return {
            "user": self.payload(),
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": [],
            "joined_at": "2024-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "premium_since": None,
            "communication_disabled_until": None,
        }

    def may(self, permissions: int) -> bool:
        return bool(self.permissions & ADMINISTRATOR) or self.permissions & permissions == permissions


@dataclass(eq=False)
class Guild:
    name: str
    id: str = field(default_factory=snowflake)
    bot_permissions: int = EVERYONE
    channels: list[Channel] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.add_channel("general")

    @property
    def channel(self) -> Channel:
        """The first text channel, where things happen unless a test says otherwise."""
        return self.channels[0]

    def add_channel(self, name: str) -> Channel:
        self.channels.append(Channel(name, guild=self))
        return self.channels[-1]

    def payload(self, bot: User, members: int) -> Json:
        """What GUILD_CREATE carries."""
        everyone = {
            "id": self.id,
            "name": "@everyone",
            "permissions": str(EVERYONE),
            "position": 0,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }
        return {
            "id": self.id,
            "name": self.name,
            "owner_id": "1",
            "icon": None,
            "roles": [everyone],
            "emojis": [],
            "stickers": [],
            "features": [],
            "channels": [channel.payload() for channel in self.channels],
            "threads": [],
            "members": [bot.member()],
            "member_count": members,
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "preferred_locale": "en-US",
            "joined_at": "2024-01-01T00:00:00+00:00",
            "large": False,
            "unavailable": False,
        }


@dataclass(frozen=True)
class Upload:
    """A file that a person attaches to a command option."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"


def attachment(base_url: str, upload: Upload) -> Json:
    """How Discord describes a stored file; the file itself is served from the same fake."""
    attachment_id = snowflake()
    url = f"{base_url}/cdn/attachments/{attachment_id}/{upload.filename}"
    return {
        "id": attachment_id,
        "filename": upload.filename,
        "size": len(upload.content),
        "url": url,
        "proxy_url": url,
        "content_type": upload.content_type,
    }


def message(channel: Channel, author: User, **fields: Any) -> Json:
    """A message as Discord returns it; `fields` win over the empty defaults."""
    return {
        "id": snowflake(),
        "channel_id": channel.id,
        "author": author.payload(),
        "type": 0,
        "content": "",
        "timestamp": timestamp(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "pinned": False,
        "embeds": [],
        "components": [],
        "attachments": [],
        "flags": 0,
    } | fields


def interaction(kind: int, application_id: str, user: User, channel: Channel, data: Json) -> Json:
    """INTERACTION_CREATE, from a server's channel or from a direct message."""
    guild = channel.guild
    who = {"member": user.member() | {"permissions": str(user.permissions)}} if guild else {"user": user.payload()}
    where = {"guild_id": guild.id, "guild_locale": "en-US"} if guild else {}
    return {
        "id": snowflake(),
        "application_id": application_id,
        "type": kind,
        "token": f"interaction-{snowflake()}",
        "version": 1,
        "data": data,
        "channel": channel.payload(),
        "channel_id": channel.id,
        "locale": user.locale,
        "app_permissions": str(EVERYONE),
        "attachment_size_limit": FILE_SIZE_LIMIT,
        "entitlements": [],
        # 0: the app was installed to the server; "0" stands for "used in a direct message with the bot".
        "authorizing_integration_owners": {"0": guild.id if guild else "0"},
        "context": 0 if guild else 1,
        **who,
        **where,
    }
