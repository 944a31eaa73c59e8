"""What artists and titles say once spelling, accents and version marks are out of the way."""

import re
import unicodedata
from collections.abc import Iterator

import pandas as pd

from ml.tracks import SEPARATOR, split_values

# Emoji that compatibility decomposition would turn into letters ("™" into "tm", "🈚" into "無"), and digits
# dressed as keycaps.
_EMOJI = re.compile("[0-9#*]\ufe0f?\u20e3|[\u2122\u2139\u24c2\u3297\u3299\U0001f000-\U0001faff]")
# "Don't", "Don’t" and "Dont" are the same word to someone typing; so are "Guns N' Roses" and "Guns N Roses".
_APOSTROPHES = "'’‘‛ʼʻʹ`´′＇"
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")
# Letters with a stroke or tail are letters of their own to Unicode and don't decompose.
_PLAIN_LETTERS = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
}
# Marks that people leave out when they type: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel
# signs and stretching, variation selectors. Thai, Indic and kana marks are part of the letter and stay.
_OPTIONAL_MARKS = (
    (0x0300, 0x036F),
    (0x0591, 0x05C7),
    (0x0640, 0x0640),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)
# Scripts written without spaces: a word can start at any character. Thai to Khmer, kana, Han.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
# Longer runs are sentences; nobody searches for their end.
_UNSPACED_STARTS = 12
# Signs that stand for a letter in the middle of a name: A$AP, P!nk, Ke$ha.
_LETTER_SIGNS = str.maketrans({"$": "s", "!": "i", "@": "a"})
# Shorter ends of "l'amour" or "don't" name nothing.
_SHORTEST_ELISION = 3


class _FoldedCharacters(dict[int, str]):
    """What each character of a decomposed, casefolded text becomes; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _folded_character(code)
        self[code] = folded
        return folded


def _folded_character(code: int) -> str:
    character = chr(code)
    if character in _PLAIN_LETTERS:
        return _PLAIN_LETTERS[character]
    kind = unicodedata.category(character)
    if character in _APOSTROPHES or kind == "Cf" or any(low <= code <= high for low, high in _OPTIONAL_MARKS):
        return ""
    return character if kind[0] in "LNM" else " "


_FOLDED = _FoldedCharacters()
# The same for ASCII, as bytes: nine of ten titles, and the whole catalogue is folded at each start.
_ASCII = range(128)
_ASCII_DROPPED = bytes(code for code in _ASCII if not _FOLDED[code])
_ASCII_FOLDED = bytes(ord(_FOLDED[ord(chr(code).lower())] or " ") for code in _ASCII) + bytes(128)


def fold(text: str) -> str:
    """`text` as it is compared: no case, accents, apostrophes or punctuation, single spaces, any script.

    Text of emoji and punctuation alone becomes "".
    """
    if text.isascii():
        return b" ".join(text.encode().translate(_ASCII_FOLDED, _ASCII_DROPPED).split()).decode()
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", _EMOJI.sub(" ", text))).casefold()
    return " ".join(unicodedata.normalize("NFC", decomposed.translate(_FOLDED)).split())


def fold_names(names: str) -> str:
    """`;`-separated names, each folded; those that fold to nothing are left out."""
    return SEPARATOR.join(filter(None, map(fold, names.split(SEPARATOR))))


def search_words(token: str) -> set[str]:
    """Every word under which `token`, a run of text without spaces, should be found.

    "AC/DC" → ac, dc, acdc; "L'Amour" → lamour, amour; "A$AP" → a, ap, asap; "&" → and.
    """
    if token in ("&", "+"):
        return {"and"}
    if token.isascii() and token.isalnum():
        return {token.lower()}
    parts = fold(token).split()
    words = {*parts, "".join(parts)}
    if any(sign in token for sign in "$!@"):
        words.add("".join(fold(token.rstrip("!?.,:;").translate(_LETTER_SIGNS)).split()))
    for part in _APOSTROPHE.split(token)[1:]:
        words.update(word for word in fold(part).split() if len(word) >= _SHORTEST_ELISION)
    words.discard("")
    if token.isascii():
        return words
    for word in [word for word in words if _UNSPACED.search(word)]:
        words.update(word[start:] for start in range(1, min(len(word), _UNSPACED_STARTS)))
    return words


# Whole endings, after a dash or in brackets, that name another version of the same song. Compared folded.
_VERSION = re.compile(
    r"""
    # Live, as a statement of where or when; "Live and Let Die" and "Live for Today" go on differently.
      live(\ (at|in|from|on)\ .+|\ (version|sessions?|recorded|acoustic|unplugged|stereo|mono|bonus|\d).*)?
    | (.*\ )?(ao|en|al|dal)\ (vivo|directo)(\ .*)? | vivo\ (en|no|na)\ .+ | vivo
    # Remasters and re-recordings, in English, Spanish and Portuguese.
    | (.*\ )?re?master(ed|i[sz]\w+)?(\ .*)? | re\ ?recorded(\ .*)? | recorded\ (at|live|in)\ .+
    # Mixes, edits and versions: whatever comes before is the name of the mix; a year may follow.
    | (.*\ )?(re)?mix(es|ed)?(\ cut)?(\ \d+)? | remix\ (by|feat)\ .+
    | (.*\ )?(rmx|edit|bootleg|flip|vip|dub|rework)(\ \d+)?
    | (.*\ )?(version|versao|ver|edition|demo|outtake|sessions?)(\ \d+)? | (.*\ )?version\ live | (version|versao)\ .+
    | .*(版|バージョン|ヴァージョン|伴奏|カラオケ)
    | (.*\ )?(acoustic|acustico|acustica|akustik|instrumental|unplugged|karaoke|a\ ?cappella|mono|stereo|lo\ ?fi)
    | (acoustic|acustico|instrumental|lo\ ?fi|mtv\ unplugged|unplugged)\ .+
    | (.*\ )?(sped\ up|speed\ up|slowed(\ down)?|reverb|nightcore|8d\ audio)
    # Editions and what the label wrote beside the title.
    | original | extended | studio | vocals? | (fe)?male\ vocals? | explicit | clean | raw | piano | solo\ piano
    | bonus(\ track)? | deluxe(\ .+)? | tv\ size | from\ the\ vault | alternate\ take | take\ \d+ | loopable(\ .+)?
    | spotify\ singles? | (official\ )?(music\ |lyrics?\ )?(video|audio|visualizer) | (asot|abgt)[\ \w]*
    # Films, series and shows.
    | (.*\ )?((original\ )?soundtrack|cast\ recording|original\ cast)(\ \d+)?
    # Guests.
    | (feat|ft|featuring)\ .+
    """,
    re.VERBOSE,
)
# Endings that need case or quotation marks: 'From "Frozen"' and "with Dua Lipa", but not "From Now On" or "With You".
_SOURCE_OR_GUEST = re.compile(
    r"""\s*(?:[Ff]rom\s+(?:the\s+)?(?:["“”„«]|''|['‘’]\w)|[Ff]rom\s+.+\b(?i:movie|film|series|show|score|picture|album)\b
    |(?:aus|из)\s.*["“”„«]|with\s+(?![a-z]))""",
    re.VERBOSE,
)
_DASH = re.compile(r"\s[-–—]\s+(?!.*\s[-–—]\s)")
# Guests named without brackets. A bare "ft" is left alone: "6 ft Deep".
_GUEST_TAIL = re.compile(r"(?<=\S)\s+(?:feat\b\.?|ft\.|featuring\b)\s+\S.*$", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "）": "（", "】": "【"}
_MAY_HOLD_MARK = re.compile(r"[)\]）】]\s*$|\s[-–—]\s|\sf(?:ea)?t", re.IGNORECASE)


def song_title(title: str) -> str:
    """The song's title without marks of version, edition, source and guests; a title of nothing else is kept."""
    song = title.strip()
    if not _MAY_HOLD_MARK.search(song):
        return song
    while True:
        shorter = next((head for head, mark in _endings(song) if fold(head) and _is_version(mark)), None)
        if shorter is None:
            break
        song = shorter.rstrip(" -–—,")
    guest = _GUEST_TAIL.search(song)
    return song if guest is None else song_title(song[: guest.start()])


def _endings(title: str) -> Iterator[tuple[str, str]]:
    """The ways to cut `title` before its last bracket or after its last dash, as (head, ending)."""
    opening = _opening_bracket(title)
    if opening is not None:
        yield title[:opening].rstrip(), title[opening + 1 : -1]
    dash = _DASH.search(title)
    if dash is not None:
        yield title[: dash.start()].rstrip(), title[dash.end() :]


def _opening_bracket(title: str) -> int | None:
    """Where the bracket opens that the last character of `title` closes; None without one."""
    closing = title[-1:]
    if closing not in _CLOSING:
        return None
    depth = 0
    for at in range(len(title) - 1, -1, -1):
        depth += (title[at] == closing) - (title[at] == _CLOSING[closing])
        if depth == 0:
            return at
    return None


def _is_version(ending: str) -> bool:
    return _SOURCE_OR_GUEST.match(ending) is not None or _VERSION.fullmatch(fold(ending)) is not None


def song_key(artists: str, title: str) -> str:
    """The same text for every version of one song; `artists` as in the catalogue, separated by ";"."""
    return f"{first_artist(artists)}\t{folded_song(title)}"


def first_artist(artists: str) -> str:
    """The first-listed of `;`-separated artists as it is compared; "" when there is none."""
    return next(iter(credited_artists(artists)), "")


def credited_artists(artists: str) -> list[str]:
    """All of `;`-separated artists as they are compared; one of signs alone ("!!!") stands for itself."""
    return [fold(name) or " ".join(name.casefold().split()) for name in split_values(artists)]


def folded_song(title: str) -> str:
    """`title` without version marks, folded; a title that folds to nothing ("???") stands for itself."""
    return fold(song_title(title)) or fold(title) or " ".join(title.casefold().split())


def song_keys(frame: pd.DataFrame) -> pd.Series:
    """`song_key` of every row of `frame` (n rows with `artists`, `track_name`), with its index; blanks for NaN."""
    # As objects, since a column of nothing but NaN holds numbers.
    artists, titles = (frame[name].astype(object).fillna("").astype(str).tolist() for name in ("artists", "track_name"))
    first = {text: first_artist(text) for text in set(artists)}
    songs = {text: folded_song(text) for text in set(titles)}
    keys = [f"{first[artist]}\t{songs[title]}" for artist, title in zip(artists, titles, strict=True)]
    return pd.Series(keys, index=frame.index, name="song_key", dtype=object)


def spellings(names: str, song: str, title: str) -> tuple[str, ...]:
    """How people write a track, folded; from its folded `;`-separated artists, song and full title."""
    artist, everyone = names.partition(SEPARATOR)[0], names.replace(SEPARATOR, " ")
    return title, song, f"{artist} {song}", f"{song} {artist}", f"{artist} {title}", f"{everyone} {song}"
