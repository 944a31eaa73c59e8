import pytest

from tests.wire.fake_discord import FakeDiscord
from tests.wire.process import BotProcess
from tests.wire.segue import PATIENCE_S, home_of, longest_word


@pytest.fixture
async def fake_discord():
    """A fake Discord; a test that leaves a request behind which Discord's OpenAPI refuses has failed."""
    async with FakeDiscord() as discord:
        yield discord
        assert discord.violations == []


@pytest.fixture
async def start_bot(fake_discord, tmp_path):
    """Starts a script or module against the fake and waits until it is ready; whatever still runs is killed."""
    started = []

    async def start(target, *arguments, ready=True, **options):
        bot = BotProcess(fake_discord, str(target), *arguments, directory=tmp_path, **options)
        started.append(bot)
        await bot.start()
        return await bot.ready() if ready else bot

    yield start
    for bot in started:
        await bot.kill()


@pytest.fixture
def home(sample_models, tmp_path):
    return home_of(tmp_path, sample_models)


@pytest.fixture
async def start_segue(fake_discord, home):
    """Starts Segue; every start within a test finds the data of the one before."""
    started = []

    async def start(discord=fake_discord, *, ready=True, **options):
        bot = BotProcess(discord, "scripts.segue", "run", directory=home, **options)
        started.append(bot)
        await bot.start()
        return await bot.ready(PATIENCE_S) if ready else bot

    yield start
    for bot in started:
        await bot.kill()


@pytest.fixture
def song(bundle):
    """The id and the title of the song with the longest word in its title."""
    frame = bundle.catalogue.frame
    title = max(frame["track_name"], key=lambda title: len(longest_word(title)))
    return frame.loc[frame["track_name"] == title, "track_id"].iat[0], title
