"""The playground as a person meets it: the real process, a real browser, nothing outside this machine."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, async_playwright, expect

from bot.features.classify.view import TEXT_FEATURES
from bot.features.recommend.view import BUTTON_MORE, TEXT_PAGE
from bot.presses import TEXT_NOT_YOURS
from bot.saving import BUTTON_SAVE, MODAL_NAME, MODAL_TITLE
from bot.songs import BUTTON_SIMILAR
from ml.bundle import ModelBundle
from tests.browser.process import Playground
from tests.browser.visitor import Visitor, songs_of, thumbs_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Without these Chromium asks its maker for updates and lists.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The page answers within a second; a busy machine may not.
PATIENCE_MS = 15_000

# One browser and one playground serve all tests of this file, so they share an event loop.
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def playground(sample_models: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Playground]:
    async with Playground(data_with(sample_models, tmp_path_factory.mktemp("playground")), "play", "--port", "0") as it:
        yield it


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser):
    """Opens a playground's page; at the end no page may have had an error or have asked any other machine."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    visitors: list[Visitor] = []

    async def visit(playground: Playground) -> Visitor:
        visitors.append(await Visitor.at(playground.url, context))
        return visitors[-1]

    yield visit
    await context.close()
    for visitor in visitors:
        assert visitor.errors == []
        assert visitor.strange_hosts == set()


def data_with(models: Path, directory: Path) -> Path:
    """A data folder that has these models and nothing else."""
    data = directory / "data"
    data.mkdir()
    (data / "models").symlink_to(models)
    return data


def song_in(bundle: ModelBundle) -> tuple[str, str]:
    """Part of a title, as someone would begin to type it, and the song that it is of."""
    title, artists = bundle.catalogue.frame.iloc[0][["track_name", "artists"]]
    return title[: max(4, len(title) * 2 // 3)], f"{title} · {artists.replace(';', ', ')}"


async def recommended(visitor: Visitor, bundle: ModelBundle) -> Locator:
    """The answer to `/recommend` for the catalogue's first song."""
    await visitor.begin("recommend")
    await visitor.choose("track", *song_in(bundle))
    return await visitor.send()


async def test_the_first_thing_a_visitor_reads_is_what_to_type(visit, playground):
    visitor = await visit(playground)
    await expect(visitor.messages.first).to_contain_text("Welcome to Segue")
    await expect(visitor.messages.first).to_contain_text("/recommend")


async def test_a_song_is_found_while_it_is_typed_and_ten_others_go_with_it(visit, playground, bundle):
    visitor, (_, song) = await visit(playground), song_in(bundle)
    answer = await recommended(visitor, bundle)
    await expect(answer.get_by_role("heading")).to_contain_text(song)
    songs = await songs_of(answer)
    assert len(set(songs)) == 10
    assert song not in songs


async def test_more_brings_ten_songs_that_were_not_in_the_list(visit, playground, bundle):
    visitor = await visit(playground)
    answer = await recommended(visitor, bundle)
    before = await songs_of(answer)
    await visitor.press(answer, BUTTON_MORE)
    await expect(answer).to_contain_text(TEXT_PAGE.format(first=11, last=20, total=20))
    assert len({*before, *await songs_of(answer)}) == 20


async def test_someone_elses_button_refuses_and_only_the_one_who_pressed_it_is_told(visit, playground, bundle):
    visitor = await visit(playground)
    answer = await recommended(visitor, bundle)
    refusal = visitor.messages.filter(has_text=TEXT_NOT_YOURS.replace("<@{owner}>", "@Ada"))
    await visitor.become("Ben")
    await visitor.press(answer, BUTTON_MORE)
    await expect(refusal.last).to_contain_text("Only you can see this")
    await visitor.become("Ada")
    await expect(thumbs_of(answer)).to_have_count(10)
    await expect(refusal).to_have_count(0)


async def test_what_a_song_is_leads_to_songs_like_it(visit, playground, bundle):
    visitor, (typed, song) = await visit(playground), song_in(bundle)
    await visitor.begin("classify")
    await visitor.choose("track", typed, song)
    answer = await visitor.send()
    for word in (song.split(" · ")[0], "Mood", TEXT_FEATURES["energy"]):
        await expect(answer).to_contain_text(word)
    known = await visitor.messages.count()
    await visitor.press(answer, BUTTON_SIMILAR)
    await expect(thumbs_of(visitor.messages.nth(known))).to_have_count(10)


async def test_a_saved_list_is_still_there_after_the_next_start(visit, sample_models, tmp_path, bundle):
    data = data_with(sample_models, tmp_path)
    async with Playground(data, "play", "--port", "0") as first:
        visitor = await visit(first)
        songs = await save_list(visitor, bundle, "Night drive")
        await visitor.end_session()
        assert await first.exit_code() == 0
    async with Playground(data, "run", SEGUE_PORT="0") as second:
        visitor = await visit(second)
        await visitor.begin("playlist list")
        await expect(await visitor.send()).to_contain_text("Night drive")
        await visitor.begin("playlist show")
        await visitor.choose("name", "night", "Night drive")
        assert await songs_of(await visitor.send()) == songs
        visitor.server_may_end = True
        assert await second.interrupt() == 0
    assert "Traceback" not in first.output + second.output


async def save_list(visitor: Visitor, bundle: ModelBundle, name: str) -> list[str]:
    """Saves what `/recommend` answers under a name; returns its songs."""
    answer = await recommended(visitor, bundle)
    await visitor.press(answer, BUTTON_SAVE)
    dialog = visitor.page.get_by_role("dialog", name=MODAL_TITLE)
    field = dialog.get_by_role("textbox", name=MODAL_NAME)
    await expect(field).to_have_value(f"Like {bundle.catalogue.frame['track_name'].iat[0]}")
    await field.fill(name)
    await dialog.get_by_role("button", name="Submit").click()
    await expect(visitor.messages.last).to_contain_text(name)
    return await songs_of(answer)
