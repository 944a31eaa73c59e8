"""Models are switched while the bot answers: no answer fails, none is made by two models, and none by a bad one."""

import asyncio
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ml.bundle import CURRENT, ModelBundle, make_current
from ml.catalogue import sample
from ml.manifest import MANIFEST_FILE, SCHEMA
from ml.sample import sample_catalogue
from ml.train import train
from tests.bot.conftest import songs_of, text_of

SWITCHES = 12


@pytest.fixture(scope="module")
def another(tmp_path_factory):
    """A bundle that knows other songs."""
    models = tmp_path_factory.mktemp("another") / "models"
    catalogue = replace(sample(), frame=sample_catalogue(tracks=700, seed=5), sha256="another")
    trained = train(catalogue, models, seed=0, now=datetime(2026, 2, 2, tzinfo=UTC), progress=lambda *_: None)
    return trained.path


@pytest.fixture
def both(place, another):
    """The versions of two models on the shelf; the first one serves."""
    shutil.copytree(another, place.models / another.name)
    return place.bundle.version, another.name


def model_of(text):
    return re.search(r"model (\d\S+)", text)[1]


async def serve(place, version):
    make_current(place.models, version)
    await place.look()


async def test_the_model_that_is_made_current_answers_without_a_restart(place, both):
    first, second = both
    assert model_of(text_of((await place.member.slash(place.channel, "help")).response)) == first
    await serve(place, second)
    assert model_of(text_of((await place.member.slash(place.channel, "help")).response)) == second


async def test_no_answer_fails_or_mixes_two_models_while_they_are_switched(place, both):
    titles = {version: set(ModelBundle.load(place.models / version).catalogue.frame["track_name"]) for version in both}
    enough = asyncio.Event()

    async def ask_again_and_again():
        answers = []
        while not enough.is_set():
            known = place.bot.serving.catalogue.frame["track_name"]
            result = await place.member.slash(place.channel, "recommend", track=known.iat[len(answers)])
            answers.append(text_of(result.response))
        return answers

    async def switch_again_and_again():
        for number in range(SWITCHES):
            await serve(place, both[1 - number % 2])
        enough.set()

    answers, _ = await asyncio.gather(ask_again_and_again(), switch_again_and_again())
    assert {model_of(text) for text in answers} == set(both)
    for text in answers:
        assert "Reference" not in text
        listed = songs_of_text(text)
        assert listed
        assert set(listed) <= titles[model_of(text)]


def songs_of_text(text):
    return [line.split("**")[1] for line in text.split("\n") if re.match(r"\d+\\\. ", line)]


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        ("flipped byte", "is damaged"),
        ("missing file", "lacks its file"),
        ("newer schema", f"has schema {SCHEMA + 1}"),
        ("another catalogue", "was changed after it was published"),
        ("no manifest", "There is no trained model"),
    ],
)
async def test_what_can_not_be_trusted_is_refused_and_the_former_one_goes_on(place, both, harm, sentence):
    first, second = both
    spoil(place.models / second, harm)
    await serve(place, second)
    assert model_of(text_of((await place.member.slash(place.channel, "help")).response)) == first
    version, why = place.bot.switch.refused
    assert (version, sentence in why) == (second, True)
    page = text_of((await place.owner.slash(place.channel, "admin models")).response)
    assert sentence in page
    # Until somebody mends it.
    await serve(place, first)
    assert place.bot.switch.refused is None


def spoil(folder, harm):
    manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    if harm == "flipped byte":
        path = folder / max(manifest["files"], key=lambda name: (folder / name).stat().st_size)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif harm == "missing file":
        (folder / next(iter(manifest["files"]))).unlink()
    elif harm == "no manifest":
        (folder / MANIFEST_FILE).unlink()
    else:
        if harm == "newer schema":
            manifest["schema"] = SCHEMA + 1
        else:
            manifest["catalogue"]["sha256"] = "0" * 64
        (folder / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")


async def test_rollback_goes_back_and_forth(place, both):
    first, second = both
    await serve(place, second)
    await place.store.trainings.note_publication(first, "trained", None, None, datetime(2026, 1, 1, tzinfo=UTC))
    await place.store.trainings.note_publication(second, "trained", None, None, datetime(2026, 2, 2, tzinfo=UTC))
    for wanted in (first, second):
        result = await place.owner.slash(place.channel, "admin rollback")
        assert f"Model {wanted} serves again" in text_of(result.response)
        assert place.bot.serving.version == wanted
        assert (place.models / CURRENT).resolve().name == wanted


async def test_rollback_to_what_can_not_be_trusted_changes_nothing(place, both):
    first, second = both
    spoil(place.models / second, "flipped byte")
    result = await place.owner.slash(place.channel, "admin rollback", version=second)
    assert "is damaged" in text_of(result.response)
    assert place.bot.serving.version == first
    assert (place.models / CURRENT).resolve().name == first


@pytest.mark.parametrize("version", ["nothing", "../models", "aside", "current", "."])
async def test_rollback_to_what_is_no_model_is_refused(place, version):
    result = await place.owner.slash(place.channel, "admin rollback", version=version)
    assert "There is no published model" in text_of(result.response)


async def test_without_an_earlier_model_there_is_no_way_back(place):
    result = await place.owner.slash(place.channel, "admin rollback")
    assert "There is no earlier model" in text_of(result.response)


async def test_rollback_offers_what_there_is(place, both):
    offered = await place.owner.autocomplete(place.channel, "admin rollback", "version", "")
    assert [choice["value"] for choice in offered] == [both[1]]
    assert (
        len(
            songs_of(
                (
                    await place.member.slash(
                        place.channel, "recommend", track=place.bundle.catalogue.frame["track_name"].iat[0]
                    )
                ).response
            )
        )
        > 0
    )
