from prometheus_client import generate_latest

from bot.measures import RECENT, Measures, Percentiles, percentiles


class Watch:
    """A clock that goes on only when it is told to."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def test_percentiles_are_durations_that_were_measured():
    assert percentiles(range(101)) == Percentiles(101, 50, 95, 99)
    assert percentiles([3.0]) == Percentiles(1, 3.0, 3.0, 3.0)
    assert percentiles([]) is None


def test_an_answer_takes_from_its_arrival_to_its_end_and_its_first_word_comes_before():
    watch = Watch()
    measures = Measures(watch)
    measures.begin(1, "command")
    watch.seconds = 0.25
    measures.first_answer(1)
    watch.seconds = 2.0
    measures.end(1, "recommend", "answered")
    assert measures.recent("command") == Percentiles(1, 2.0, 2.0, 2.0)
    assert measures.recent_first() == Percentiles(1, 0.25, 0.25, 0.25)
    page = generate_latest(measures.registry).decode()
    assert 'segue_first_answer_seconds_bucket{kind="command",le="0.25"} 1.0' in page
    assert 'segue_answer_seconds_bucket{kind="command",le="1.0"} 0.0' in page
    assert 'segue_answer_seconds_bucket{kind="command",le="2.0"} 1.0' in page


def test_answers_at_the_same_time_are_timed_apart_and_only_the_latest_count():
    watch = Watch()
    measures = Measures(watch)
    measures.begin(1, "press")
    watch.seconds = 1.0
    measures.begin(2, "press")
    watch.seconds = 4.0
    measures.end(2, "like", "answered")
    measures.end(1, "like", "failed")
    assert measures.recent("press") == Percentiles(2, 3.0, 4.0, 4.0)
    for number in range(RECENT):
        measures.begin(number, "press")
        measures.end(number, "like", "answered")
    assert measures.recent("press") == Percentiles(RECENT, 0.0, 0.0, 0.0)
    assert measures.outcomes == {"answered": RECENT + 1, "failed": 1}


def test_what_was_never_begun_is_not_counted():
    measures = Measures()
    measures.first_answer(7)
    measures.end(7, "like", "answered")
    assert measures.outcomes == {}
    assert measures.recent("press") is None


def test_discords_answers_are_counted_in_kinds():
    measures = Measures()
    for status in (200, 204, 429, 403, 404, 500, None):
        measures.request(status)
    page = generate_latest(measures.registry).decode()
    for status, count in (("2xx", 2), ("429", 1), ("4xx", 2), ("5xx", 1), ("none", 1)):
        assert f'segue_discord_requests_total{{status="{status}"}} {count:.1f}' in page


def test_the_longest_wait_for_the_loop_is_that_of_the_last_minute():
    measures = Measures()
    assert measures.recent_lag() is None
    measures.lag(0.5)
    for _ in range(60):
        measures.lag(0.01)
    assert measures.recent_lag() == 0.01
