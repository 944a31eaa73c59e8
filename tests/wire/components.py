"""Message components: walking through them, reading their text, finding one as a person would."""

from collections.abc import Iterator

from tests.wire.payloads import Json, snowflake

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = {3, 5, 6, 7, 8}
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL = 18
V2_TOP_LEVEL = {ACTION_ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER}
LINK, PREMIUM = 5, 6
DESCRIBED: Json = {"description": None, "spoiler": False}
DEFAULTS: dict[int, Json] = {
    STRING_SELECT: {"min_values": 1, "max_values": 1},
    THUMBNAIL: DESCRIBED,
    GALLERY: DESCRIBED,
    FILE: {"spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
}


def walk(components: list[Json], path: str = "components") -> Iterator[tuple[str, Json]]:
    """Every component, parents before children, with its path."""
    for index, component in enumerate(components):
        here = f"{path}.{index}"
        yield here, component
        yield from walk(component.get("components") or [], f"{here}.components")
        for single in ("accessory", "component"):
            if component.get(single):
                yield f"{here}.{single}", component[single]


def text_of(message: Json) -> str:
    """Everything a person can read in a message, one piece per line."""
    pieces = [message["content"]]
    for embed in message["embeds"]:
        pieces += [embed.get("title"), embed.get("description")]
        pieces += [part for one in embed.get("fields", ()) for part in (one["name"], one["value"])]
        pieces.append((embed.get("footer") or {}).get("text"))
    pieces += [component.get("content") for _, component in walk(message["components"])]
    return "\n".join(piece for piece in pieces if piece)


def find(message: Json, what: str, kinds: set[int]) -> Json:
    """The component with this custom id, label, emoji or placeholder."""
    offered = [component for _, component in walk(message["components"]) if component["type"] in kinds]
    for component in offered:
        if what in names(component):
            return component
    raise AssertionError(f"the message has no {what!r}, only {[names(component) for component in offered]}")


def names(component: Json) -> list[str]:
    """What a test may call a component."""
    emoji = (component.get("emoji") or {}).get("name")
    candidates = (component.get("label"), emoji, component.get("placeholder"), component.get("custom_id"))
    return [name for name in candidates if name]


def finish(components: list[Json]) -> None:
    """Adds what Discord adds: the next free id where none was given, and the defaults of what was left out."""
    taken = {component["id"] for _, component in walk(components) if component.get("id")}
    following = 0
    for _, component in walk(components):
        if not component.get("id"):
            following += 1
            while following in taken:
                following += 1
            component["id"] = following
        for part in (component, *component.get("items", ())):
            for name, value in DEFAULTS.get(component["type"], {}).items():
                part.setdefault(name, value)
        for media in media_of(component):
            media.setdefault("id", snowflake())
            media.setdefault("proxy_url", media["url"])


def media_of(component: Json) -> list[Json]:
    """The pictures and files a component shows."""
    found = [component.get("media"), component.get("file"), *(item["media"] for item in component.get("items", ()))]
    return [media for media in found if media]
