"""Whose tastes are looked at together, and whether they want that."""

from collections.abc import Sequence

import discord

from bot.errors import RefusalError
from bot.language import say
from storage.store import Store

# Somebody who has left the server is a user and no member any more.
Person = discord.Member | discord.User

TEXT_SERVER = "Tastes come together in a server: ask me again in one where the others are too."
TEXT_BOT = "{who} is a bot, and bots have no taste in music. I should know."
TEXT_LEFT = "{who} isn't in this server any more, so I can't ask them."
TEXT_YOURSELF = "That's you. Name somebody else, or see yourself with `/taste profile`."
TEXT_ALONE = "Name at least one other member: a blend of one is what `/recommend` makes."
TEXT_TWICE = "You named {who} twice: once is enough."
TEXT_YOU_REFUSE = "You said that nobody may look at your taste beside theirs. `/privacy blending` changes that."
TEXT_THEY_REFUSE = "{who} would rather keep their taste to themselves."


def others_of(asker: Person, named: Sequence[Person], in_server: bool) -> list[Person]:
    """Those named without the asker, who is always in. Raises RefusalError, with the reason, for whom can't be."""
    seen: set[int] = set()
    for person in named:
        if person.bot:
            raise RefusalError(say(TEXT_BOT, who=person.mention))
        if person.id != asker.id and not in_server:
            raise RefusalError(say(TEXT_SERVER))
        if person.id in seen:
            raise RefusalError(say(TEXT_TWICE, who=person.mention))
        if person.id != asker.id and not isinstance(person, discord.Member):
            raise RefusalError(say(TEXT_LEFT, who=person.mention))
        seen.add(person.id)
    return [person for person in named if person.id != asker.id]


async def never_asked(store: Store, people: Sequence[Person]) -> list[int]:
    """Those who have not said yet whether others may look at their taste. Raises RefusalError if anyone said no."""
    answers = {person.id: await store.may_blend(person.id) for person in people}
    for person in people:
        if answers[person.id] is False:
            raise RefusalError(say(TEXT_THEY_REFUSE, who=person.mention))
    return [user_id for user_id, answer in answers.items() if answer is None]
