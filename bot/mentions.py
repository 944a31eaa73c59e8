"""Mentions of roles: Segue mentions nobody unless a server wants it to."""

import discord
from discord.abc import GuildChannel


def may_mention(role: discord.Role, channel: GuildChannel | None = None) -> bool:
    """Whether the bot's mention of a role notifies its members, in a channel or wherever nothing else is said."""
    if role.is_default():
        return False
    me = role.guild.me
    allowed = me.guild_permissions if channel is None else channel.permissions_for(me)
    return role.mentionable or allowed.mention_everyone


def only(role: discord.Role | None) -> discord.AllowedMentions:
    """Nobody but this role is notified, whatever the text says."""
    return discord.AllowedMentions(everyone=False, users=False, roles=[role] if role else False, replied_user=False)
