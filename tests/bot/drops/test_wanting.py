"""What members type, and what it is taken for."""

import pytest

from bot.errors import RefusalError
from bot.features.drops.wanting import matching_zones, read_time, read_wanted, read_zone, zones
from storage.subscriptions import Wanted


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("18:00", "18:00"),
        ("18.30", "18:30"),
        ("18h", "18:00"),
        ("18H", "18:00"),
        ("18h15", "18:15"),
        ("7", "07:00"),
        (" 6pm ", "18:00"),
        ("6:30 p.m.", "18:30"),
        ("12am", "00:00"),
        ("12 PM", "12:00"),
        ("0:00", "00:00"),
        ("23:59", "23:59"),
    ],
)
def test_a_time_is_read_as_people_write_it(typed, time):
    assert read_time(typed) == time


@pytest.mark.parametrize("typed", ["", "24:00", "12:60", "13pm", "0am", "noon", "6 o'clock", "18:0", "-1", "١٨:٠٠"])
def test_what_is_no_time_is_refused_with_an_example(typed):
    with pytest.raises(RefusalError, match=r"Write 18:00, 6pm or 6:30 pm\."):
        read_time(typed)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
        ("Istanbul", "Asia/Istanbul"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
    ],
)
def test_a_zone_is_known_by_its_name_or_its_city(typed, zone):
    assert read_zone(typed) == zone


@pytest.mark.parametrize("typed", ["", "Atlantis", "../etc/passwd", "Europe", "CEST+2"])
def test_what_is_no_zone_is_refused(typed):
    with pytest.raises(RefusalError, match="Type your city"):
        read_zone(typed)


def test_the_zones_offered_begin_with_what_is_typed():
    assert matching_zones("berl")[0] == "Europe/Berlin"
    assert matching_zones("New_Y")[0] == "America/New_York"
    assert matching_zones("xyzzy") == []


@pytest.mark.parametrize("typed", ["", "a", "e", "america"])
def test_no_more_zones_are_offered_than_discord_shows(typed):
    assert 0 < len(matching_zones(typed)) <= 25
    assert set(matching_zones(typed)) <= set(zones())


@pytest.mark.parametrize("length", [9, 51, -1, 10**9])
def test_a_length_out_of_bounds_is_refused(length):
    with pytest.raises(RefusalError, match="10 to 50 songs"):
        read_wanted(0, "18:00", "UTC", "familiar", length)


@pytest.mark.parametrize(("weekday", "style"), [(7, "familiar"), (-1, "familiar"), (0, "polka")])
def test_what_discord_does_not_offer_is_refused(weekday, style):
    with pytest.raises(RefusalError, match="Pick the weekday and the style"):
        read_wanted(weekday, "18:00", "UTC", style, 20)


def test_all_of_it_together():
    assert read_wanted(4, "6pm", "berlin", "discovery", 50) == Wanted(4, "18:00", "Europe/Berlin", "discovery", 50)
