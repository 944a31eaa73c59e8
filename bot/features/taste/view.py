"""The words and the layout of tastes."""

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.features.taste.drawings import Comparison, Profile, Sources
from bot.features.taste.lists import BlendLine, BlendList
from bot.language import in_every_language, say
from bot.layout import (
    BUTTON_BACK,
    BUTTON_FORWARD,
    LONGEST_MESSAGE,
    PAGE,
    TEXT_LEFT_OVER,
    TEXT_PAGE,
    ModelNote,
    counted,
    footer,
    message,
    song_line,
)
from bot.pictures.data import Picture
from bot.presses import CUSTOM_ID, Press, button, row
from bot.reasons import reason_text
from bot.saving import save_button
from bot.songs import listed, song_menu, song_section
from storage.feedback import Verdict

FILE_NAME = "taste.png"
TEXT_START = (
    "### I don't know your taste yet\n"
    "Press 👍 on songs you like, and I learn from it. `/recommend` with nothing given offers artists and moods to "
    "begin with."
)
TEXT_NO_LIKES_YOU = "I don't know your taste yet: press 👍 on a few songs first, `/recommend` finds you some."
TEXT_NO_LIKES = "{who} hasn't told me of any song they like yet, so there is nothing to go by."
TEXT_SOURCES = ("{count:,} 👍", "{count:,} kept on playlists", "{count:,} started from")
TEXT_MEET = "### Songs to meet on\n-# Neither of you has judged them yet, and both of you should like them."
TEXT_NO_MEETING = "I know no song that both of you would like."
TEXT_AGREED_NOW = "-# Others may look at your taste in return; `/privacy blending` changes that."
TEXT_AGREED_ASKER = "-# <@{asker}>, by asking you allow it in return; `/privacy blending` changes that."
TEXT_BLEND = "### A blend of {members}"
TEXT_FOR = "for {member}"
TEXT_EACH = "{songs} for each"
TEXT_UNEQUAL = "{fewest} to {songs} for each"
TEXT_LEFT = "a song that has left the catalogue"
TEXT_OTHER_CATALOGUE = "That blend is from another catalogue than the one I know now. Make a new one."
TEXT_DEFAULT_NAME = "Our blend"

TEXT_QUESTION = (
    "### May others look at your taste?\n"
    "<@{asker}> would like to. If you allow it, everyone on a server where we both are can see your taste in songs as "
    "a picture, and have it compared and blended with theirs. `/privacy blending` changes your answer at any time."
)
TEXT_ASKED: Mapping[bool | None, str] = {
    None: "- <@{member}>, what do you say?",
    True: "- <@{member}> allows it.",
    False: "- <@{member}> would rather not.",
}
TEXT_ALL_AGREED = "<@{asker}>, now you can ask me again."
BUTTON_ALLOW, BUTTON_REFUSE = "Allow", "No thanks"
# Of several, each must find their own.
BUTTON_ALLOW_NAMED, BUTTON_REFUSE_NAMED = "{name}: allow", "{name}: no thanks"
ALLOW, REFUSE = "taste-allow", "taste-refuse"
LONGEST_NAME = 32
MENTION = re.compile(r"<@(\d+)>")
ASKED = re.compile(r"^- <@(\d+)>.*$", re.MULTILINE)


def file_of(picture: Picture) -> discord.File:
    return discord.File(io.BytesIO(picture.png), FILE_NAME, description=picture.alt)


def _gallery(picture: Picture) -> ui.MediaGallery:
    item = discord.MediaGalleryItem(f"attachment://{FILE_NAME}", description=picture.alt)
    return ui.MediaGallery(item)


def start() -> ui.LayoutView:
    return message(say(TEXT_START))


def profile(found: Profile, *, own: bool) -> ui.LayoutView:
    """The picture, and for a member's `own` what it comes from: nobody else is told how much they press and keep."""
    return message(_gallery(found.picture), footer(found.note, *(_sources(found.sources) if own else [])))


def _sources(sources: Sources) -> list[str]:
    counts = (sources.liked, sources.kept, sources.asked)
    return [say(TEXT_SOURCES[place], count=count) for place, count in enumerate(counts) if count]


def music_map(picture: Picture, note: ModelNote) -> ui.LayoutView:
    return message(_gallery(picture), footer(note))


def comparison(found: Comparison, agreed_now: bool) -> ui.LayoutView:
    """The picture of two members, then songs for both; `agreed_now` tells the asker that others may ask too."""
    songs = [
        song_section(f"{place}\\. {song_line(one)}", one.track_id, None) for place, one in enumerate(found.meeting, 1)
    ]
    return message(
        _gallery(found.picture),
        say(TEXT_MEET) if songs else say(TEXT_NO_MEETING),
        *songs,
        _last(footer(found.note), agreed_now),
        *song_menu(found.meeting),
    )


def _last(line: str, agreed_now: bool) -> str:
    return f"{say(TEXT_AGREED_NOW)}\n{line}" if agreed_now else line


def blend(
    songs: BlendList,
    members: Sequence[int],
    number: int,
    verdicts: Mapping[str, Verdict],
    *,
    wanted: int | None = None,
    agreed_now: bool = False,
) -> ui.LayoutView:
    """Page `number` (from 0) of a blend of `members` (their ids, in the order of their places).

    `verdicts` is what the asker thinks of the songs, by track id.
    """
    pages = max(1, -(-len(songs.lines) // PAGE))
    number = max(0, min(number, pages - 1))
    first = number * PAGE
    shown = songs.lines[first : first + PAGE]
    where = say(TEXT_PAGE, first=first + 1, last=first + len(shown), total=len(songs.lines))
    facts = [where if pages > 1 else counted(len(songs.lines)), _shares(songs.lines, len(members))]
    title = say(TEXT_BLEND, members=", ".join(map(_mention, members)))
    short = wanted is not None and len(songs.lines) < wanted
    end = _last(footer(songs.note, *facts), agreed_now)
    end = "\n".join([*([say(TEXT_LEFT_OVER, songs=counted(len(songs.lines)))] if short else []), end])
    room = LONGEST_MESSAGE - len(title) - len(end)
    return message(
        title,
        *(
            text if line.song is None else song_section(text, line.song.track_id, verdicts.get(line.song.track_id))
            for line, text in zip(shown, _texts_of(shown, first, members, room), strict=True)
        ),
        end,
        row(*_buttons(songs, number, pages)),
        *song_menu(line.song for line in shown if line.song is not None),
    )


def _texts_of(lines: Sequence[BlendLine], first: int, members: Sequence[int], room: int) -> list[str]:
    """The songs with whom they are for, and why where there is room for all of it."""
    for reasons in (None, 1, 0):
        texts = [_line(first + place, line, members, reasons) for place, line in enumerate(lines, start=1)]
        if sum(map(len, texts)) <= room:
            break
    return texts


def _line(place: int, line: BlendLine, members: Sequence[int], most_reasons: int | None) -> str:
    said = [say(TEXT_FOR, member=_mention(members[line.member])), reason_text(line.reasons[:most_reasons])]
    return listed(place, song_line(line.song) if line.song else say(TEXT_LEFT), " · ".join(filter(None, said)))


def _mention(user_id: int) -> str:
    return f"<@{user_id}>"


def _shares(lines: Sequence[BlendLine], members: int) -> str:
    counts = Counter(line.member for line in lines)
    fewest, most = min(counts[place] for place in range(members)), max(counts.values())
    if fewest == most:
        return say(TEXT_EACH, songs=most)
    return say(TEXT_UNEQUAL, fewest=fewest, songs=most)


def _buttons(songs: BlendList, number: int, pages: int) -> list[Press]:
    owner, answer = songs.owner, songs.answer_id
    turns = [
        button(say(BUTTON_BACK), "blend-page", owner, f"{answer}:{number - 1}", disabled=number == 0),
        button(say(BUTTON_FORWARD), "blend-page", owner, f"{answer}:{number + 1}", disabled=number >= pages - 1),
    ]
    return [*(turns if pages > 1 else []), save_button("blend-save", owner, answer)]


def members_of(shown: discord.Message) -> list[int]:
    """The members of the blend that a message shows, in the order of their places."""
    title = next(iter(_texts(shown)), "")
    return [int(found) for found in MENTION.findall(title)]


def question(
    asker: int, asked: Mapping[int, bool | None], names: Mapping[int, str], *, agreed_now: bool = False
) -> ui.LayoutView:
    """Asks members whether others may look at their taste; `asked` are their answers so far, `names` for buttons.

    `agreed_now` tells the asker that others may look at theirs as well.
    """
    lines = [say(TEXT_ASKED[answer], member=member) for member, answer in asked.items()]
    if all(asked.values()):
        lines.append(say(TEXT_ALL_AGREED, asker=asker))
    waiting = [member for member, answer in asked.items() if answer is None]
    return message(
        say(TEXT_QUESTION, asker=asker),
        "\n".join(lines),
        *(_answers(asker, member, names.get(member) if len(asked) > 1 else None) for member in waiting),
        *([say(TEXT_AGREED_ASKER, asker=asker)] if agreed_now else []),
    )


def _answers(asker: int, member: int, name: str | None) -> ui.ActionRow:
    if name is None:
        allow, refuse = say(BUTTON_ALLOW), say(BUTTON_REFUSE)
    else:
        allow, refuse = say(BUTTON_ALLOW_NAMED, name=_cut(name)), say(BUTTON_REFUSE_NAMED, name=_cut(name))
    return row(
        button(allow, ALLOW, member, str(asker), style=discord.ButtonStyle.success),
        button(refuse, REFUSE, member, str(asker)),
    )


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def asked_in(shown: discord.Message) -> dict[int, bool | None]:
    """Who is asked in a message that `question` made, and what it says that they answered."""
    return {int(found[1]): _answer_in(found) for text in _texts(shown) for found in ASKED.finditer(text)}


def _answer_in(line: re.Match[str]) -> bool | None:
    said = (answer for answer in TEXT_ASKED if line[0] in in_every_language(TEXT_ASKED[answer], member=line[1]))
    return next(said, None)


def tells_agreed(shown: discord.Message, asker: int) -> bool:
    """Whether such a message tells the asker that others may look at theirs as well."""
    return not in_every_language(TEXT_AGREED_ASKER, asker=asker).isdisjoint(_texts(shown))


def names_in(shown: discord.Message) -> dict[int, str]:
    """What the buttons of such a message call those who have not answered yet."""
    buttons = [
        one for one in ui.LayoutView.from_message(shown, timeout=None).walk_children() if isinstance(one, ui.Button)
    ]
    found = [(CUSTOM_ID.fullmatch(one.custom_id or ""), one.label or "") for one in buttons]
    return {int(match["owner"]): _name_in(label) for match, label in found if match and match["action"] == ALLOW}


def _name_in(label: str) -> str:
    """Whom a button to allow is for; who is asked alone isn't named on it."""
    for around in in_every_language(BUTTON_ALLOW_NAMED):
        before, after = around.split("{name}")
        if label.startswith(before) and label.endswith(after):
            return label.removeprefix(before).removesuffix(after)
    return label


def _texts(shown: discord.Message) -> list[str]:
    children = ui.LayoutView.from_message(shown, timeout=None).walk_children()
    return [item.content for item in children if isinstance(item, ui.TextDisplay)]
