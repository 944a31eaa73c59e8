"""What is said of a playlist when it has just been made: what was understood, how it flows, what it lacks."""

from dataclasses import replace

from bot.features.playlists.building import LONGEST, SHORTEST, TEXT_BAD_LENGTH, Built, Order
from bot.layout import TEXT_LEFT_OVER, counted, plain
from ml.flow import Flow
from ml.wish_explanation import explain
from ml.wish_meanings import Count, Wish
from storage.playlists import TRACKS_PER_PLAYLIST

TEXT_SAVED = "Saved: `/playlist show` finds it again."
TEXT_DENIED = "“{words}” doesn't count here: this server allows no explicit songs on its lists."
TEXT_LENGTH_DECIDES = "`length` decides: {songs}."
TEXT_ORDER: dict[Order, str] = {
    "steady": "Ordered for small steps",
    "rise": "Ordered to rise",
    "fall": "Ordered to fall",
    "wave": "Ordered to warm up, peak and cool down",
}
TEXT_LESS_CHANGE = "{order}: {share:.0%} less change between songs than best first."
TEXT_AS_MUCH_CHANGE = "{order}."
TEXT_PATH = "↳ compares a song with the one before it."
TEXT_PATH_SHORT = "Only {songs} on the way."
TEXT_ADDED = "Added: {songs}."
TEXT_ADDED_ALL = "Added: {songs}. More don't fit: a playlist holds at most {most}."
# A difference that nobody hears is not worth a sentence.
LEAST_GAIN = 0.05
LONGEST_LINE = 160


def built_notes(built: Built) -> tuple[list[str], list[str]]:
    """Lines above the songs and below them."""
    wish, length = built.wish, built.recipe.length
    above = [] if built.denied is None else [plain(TEXT_DENIED.format(words=built.denied), LONGEST_LINE)]
    if wish:
        above += [plain(line, LONGEST_LINE) for line in explain(_worth_telling(wish), dated=built.dated)]
    if wish and wish.count is not None and wish.count != length:
        in_bounds = SHORTEST <= wish.count <= LONGEST
        above.append(TEXT_LENGTH_DECIDES.format(songs=counted(length)) if in_bounds else TEXT_BAD_LENGTH)
    below = []
    if len(built.tracks) < length:
        below.append(TEXT_LEFT_OVER.format(songs=counted(len(built.tracks))))
    if built.flow is not None and (line := _flow(built.flow, built.recipe.order)):
        below.append(line)
    return above, [*below, TEXT_SAVED]


def _worth_telling(wish: Wish) -> Wish:
    """Without “10 songs”: 10 songs, as long as there is anything else to tell."""
    told = [one for one in wish.understood if not isinstance(one.meaning, Count) or one.meaning.minutes is not None]
    return replace(wish, understood=tuple(told) or wish.understood)


def _flow(flow: Flow, order: Order) -> str | None:
    gain = 1 - flow.after / flow.before if flow.before else 0.0
    if gain >= LEAST_GAIN:
        return TEXT_LESS_CHANGE.format(order=TEXT_ORDER[order], share=gain)
    # A steady order without smaller steps is none; the others are what was asked for, whatever they cost.
    return None if order == "steady" else TEXT_AS_MUCH_CHANGE.format(order=TEXT_ORDER[order])


def path_notes(found: int, wanted: int) -> tuple[list[str], list[str]]:
    short = [TEXT_PATH_SHORT.format(songs=counted(found))] if found < wanted else []
    return [TEXT_PATH], [*short, TEXT_SAVED]


def grown_notes(before: int, added: int, wanted: int) -> list[str]:
    """Lines below the songs of a list that had `before` and grew by `added` of `wanted`."""
    where = f"song {before + 1}" if added == 1 else f"songs {before + 1}–{before + added}"
    if before + added == TRACKS_PER_PLAYLIST and added < wanted:
        return [TEXT_ADDED_ALL.format(songs=where, most=TRACKS_PER_PLAYLIST)]
    short = [TEXT_LEFT_OVER.format(songs=counted(added))] if added < wanted else []
    return [TEXT_ADDED.format(songs=where), *short]
