import numpy as np
import pytest

from bot.features.classify.classification import LEAST_SHOWN, TOP_GENRES
from bot.features.classify.view import SURE
from ml.tracks import SOUND_COLUMNS
from tests.bot.conftest import buttons_of, songs_of, text_of


async def test_classify_says_what_a_song_is(world):
    result = await world.ada.slash(world.channel, "classify", track=world.track())
    text = text_of(result.response)
    assert world.bundle.catalogue.frame["artists"].iat[0].split(";")[0] in text
    assert world.bundle.catalogue.frame["genres"].iat[0].split(";")[0] in text
    assert "**Mood: " in text
    assert "%" in text


async def test_the_probabilities_shown_are_the_models(world):
    result = await world.ada.slash(world.channel, "classify", track=world.track())
    chances = world.bundle.classifier.predict_memberships(world.bundle.catalogue.frame.iloc[[0]]).iloc[0]
    first = text_of(result.response).split("```\n")[1].split("\n")[0]
    assert first.startswith(f"{chances.max():>4.0%} ")
    assert first.endswith(f" {chances.idxmax()}")


async def test_a_genre_that_is_nearly_always_wrong_is_not_shown(world):
    memberships = world.bundle.classifier.predict_memberships(world.bundle.catalogue.frame).to_numpy()
    second = np.sort(memberships, axis=1)[:, -2]
    for row in (int(second.argmin()), int(second.argmax())):
        result = await world.ada.slash(world.channel, "classify", track=world.track(row))
        shown = text_of(result.response).split("```\n")[1].splitlines()
        likely = int((memberships[row] >= LEAST_SHOWN).sum())
        assert len(shown) == min(max(likely, 1), TOP_GENRES)


async def test_the_sound_alone_and_the_synthetic_genre_stand_beside_the_answer(world):
    frame = world.bundle.catalogue.frame.iloc[[0]]
    heard = world.bundle.classifier.predict_memberships(frame[list(SOUND_COLUMNS)]).iloc[0]
    text = text_of((await world.ada.slash(world.channel, "classify", track=world.track())).response)
    assert f"By sound alone: {heard.idxmax()}, {heard.max():.0%}" in text
    assert f"Sounds like: {world.bundle.synthetic_genres.predict(frame).iloc[0]}" in text


async def test_an_unsure_answer_says_so(world):
    frame = world.bundle.catalogue.frame
    highest = world.bundle.classifier.predict_memberships(frame).to_numpy().max(axis=1)
    for row in (int(highest.argmin()), int(highest.argmax())):
        result = await world.ada.slash(world.channel, "classify", track=world.track(row))
        assert ("but not sure" in text_of(result.response)) == (highest[row] < SURE)


@pytest.mark.parametrize(
    ("part", "words"), [("train", "· in the training data"), ("test", "· held out of the training data")]
)
async def test_it_says_whether_the_model_has_seen_the_song(world, part, words):
    row = int((world.bundle.part_of_row == part).argmax())
    result = await world.ada.slash(world.channel, "classify", track=world.track(row))
    assert words in text_of(result.response)


async def test_the_sample_catalogue_is_named_and_nothing_links_to_spotify(world):
    result = await world.ada.slash(world.channel, "classify", track=world.track())
    assert "Sample catalogue" in text_of(result.response)
    assert "open.spotify.com" not in text_of(result.response)


async def test_a_title_is_as_good_as_an_id(world):
    result = await world.ada.slash(world.channel, "classify", track=world.title(7))
    assert world.title(7) in text_of(result.response)


async def test_more_like_this_recommends_from_the_song(world):
    result = await world.ada.slash(world.channel, "classify", track=world.track())
    pressed = await world.ada.click(result.response, label="More like this")
    assert len(songs_of(pressed.response)) == 10
    assert world.title() in text_of(pressed.response)


async def test_the_model_version_stands_under_the_answer(world):
    result = await world.ada.slash(world.channel, "classify", track=world.track())
    assert world.bundle.version in text_of(result.response)


async def test_whoever_presses_more_like_this_gets_a_list_of_their_own(world):
    result = await world.ada.slash(world.channel, "classify", track=world.track())
    pressed = await world.ben.click(result.response, label="More like this")
    owner = buttons_of(pressed.response)["Save as playlist"]["custom_id"].split(":")[2]
    assert int(owner) == world.ben.id


async def test_a_classified_song_can_be_liked_and_its_artist_refused(world):
    reply = (await world.ada.slash(world.channel, "classify", track=world.track())).response
    await world.ada.click(reply, label="👍")
    assert buttons_of(reply)["👍"]["style"] == 3
    refused = await world.ada.click(reply, label="Not this artist")
    assert refused.ephemeral
    (block,) = await world.store.blocks(world.ada.id)
    assert block.kind == "artist"
