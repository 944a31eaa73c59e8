import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.names import fold, search_words, song_key, song_keys, song_title


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Beyoncé", "beyonce"),
        ("Sigur Rós — Ágætis byrjun", "sigur ros agaetis byrjun"),
        ("Die Straße", "die strasse"),
        ("Bjørn Łódź", "bjorn lodz"),
        ("AC/DC", "ac dc"),
        ("  Guns   N' Roses ", "guns n roses"),
        ("Ｆｕｌｌｗｉｄｔｈ", "fullwidth"),
    ],
)
def test_case_accents_and_punctuation_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("apostrophe", ["'", "’", "‘", "`", "´", ""])
def test_every_apostrophe_is_the_same_as_none(apostrophe: str) -> None:
    assert fold(f"Don{apostrophe}t Stop") == "dont stop"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ёлка", "елка"),
        ("夜に駆ける", "夜に駆ける"),
        ("강남스타일", "강남스타일"),
        ("فَيْرُوز", "فيروز"),
        ("שָׁלוֹם", "שלום"),
        ("น้ำ", "น้ํา"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_other_scripts_stay_searchable(text: str, folded: str) -> None:
    assert fold(text) == fold(folded) != ""


@pytest.mark.parametrize("text", ["🔥🔥", "1️⃣", "™️", "👨‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🈚", "?!…", "", " \u200f "])
def test_emoji_and_punctuation_fold_to_nothing(text: str) -> None:
    assert fold(text) == ""


@pytest.mark.parametrize(
    ("title", "song"),
    [
        ("Bohemian Rhapsody - Remastered 2011", "Bohemian Rhapsody"),
        ("Paranoid - 2009 Remaster", "Paranoid"),
        ("Yesterday - Mono / 2009 Remastered", "Yesterday"),
        ("Hello (Live at the Royal Albert Hall)", "Hello"),
        ("Evidências - Ao Vivo", "Evidências"),
        ("Blue Monday - Radio Edit", "Blue Monday"),
        ("Stay - Single Version", "Stay"),
        ("Stay - Mono", "Stay"),
        ("Stay - Acoustic", "Stay"),
        ("Stay [feat. X]", "Stay"),
        ("Stay (feat. X) [Y Remix]", "Stay"),
        ("Stay feat. X", "Stay"),
        ("Levitating (with DaBaby)", "Levitating"),
        ('Let It Go - From "Frozen"/Soundtrack Version', "Let It Go"),
        ('Kesariya (From "Brahmastra (Telugu)")', "Kesariya"),
        ("Run (Taylor’s Version) (From The Vault)", "Run"),
        ("Stay - Instrumental", "Stay"),
        ("Stay (Deluxe)", "Stay"),
        ("Stay - Sped Up", "Stay"),
        ("Stay - Slowed + Reverb", "Stay"),
        ("Cold Heart - PNAU Remix", "Cold Heart"),
        ("再见（现场版）", "再见"),
    ],
)
def test_marks_of_a_version_are_left_out(title: str, song: str) -> None:
    assert song_title(title) == song


@pytest.mark.parametrize(
    "title",
    [
        "Live and Let Die",
        "Remix to Ignition",
        "(I Can't Get No) Satisfaction",
        "Video Killed the Radio Star",
        "Acoustic",
        "Live",
        "(Live)",
        "I Want to Live",
        "Merrily - Live and Let Die",
        "Born Again (Live for Today)",
        "I'd Do Anything for Love (But I Won't Do That)",
        "Forever (From Now On)",
        "Alone (With You)",
        "Another Brick in the Wall, Pt. 2",
        "The Theme - Reprise",
        "6 ft Deep",
        "Jay-Z",
        "",
    ],
)
def test_real_titles_are_left_alone(title: str) -> None:
    assert song_title(title) == title


def test_all_versions_of_a_song_have_one_key() -> None:
    versions = [
        ("Daft Punk;Pharrell Williams", "Get Lucky (feat. Pharrell Williams) - Radio Edit"),
        ("Daft Punk", "Get Lucky"),
        ("DAFT PUNK;Nile Rodgers", "Get lucky - Live"),
    ]
    assert len({song_key(artists, title) for artists, title in versions}) == 1


def test_the_same_title_by_others_is_another_song() -> None:
    assert song_key("Adele", "Hello") != song_key("Lionel Richie", "Hello")


def test_titles_without_letters_keep_keys_of_their_own() -> None:
    assert len({song_key("!!!", "???"), song_key("!!!", "÷"), song_key("Ed", "÷"), song_key("Ed", "Acoustic")}) == 4


def test_keys_of_a_frame_are_those_of_its_rows_and_keep_its_index() -> None:
    frame = pd.DataFrame({"artists": ["A;B", "C", None], "track_name": ["X - Live", "Y", "Z"]}, index=[7, 3, 5])
    keys = song_keys(frame)
    assert keys.index.tolist() == [7, 3, 5]
    assert keys.tolist() == [song_key("A;B", "X"), song_key("C", "Y"), song_key("", "Z")]


@pytest.mark.parametrize(
    ("token", "typed"),
    [
        ("AC/DC", "acdc"),
        ("R.E.M.", "rem"),
        ("A$AP", "asap"),
        ("P!nk", "pink"),
        ("L'Amour", "amour"),
        ("L'Amour", "lamour"),
        ("&", "and"),
        ("米津玄師", "玄師"),
    ],
)
def test_a_name_is_found_as_people_type_it(token: str, typed: str) -> None:
    assert typed in search_words(token)


@settings(deadline=None)  # a busy machine is no failure
@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet=st.sampled_from("ab ()[]-–\"'.“Livefrom feat Remix 2011")))
def test_a_song_title_is_never_emptied(title: str) -> None:
    assert fold(song_title(title)) != "" or fold(title) == ""
