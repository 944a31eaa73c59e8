import pytest
from click.testing import CliRunner

from scripts.evaluation import write_report
from scripts.segue import PROTOCOLS, main


def test_notes_written_by_hand_survive_the_next_page(tmp_path):
    path = tmp_path / "docs" / "results.md"
    write_report("# Results\n\nold\n", path)
    path.write_text(path.read_text() + "\n## Notes\nTried hard.\n")
    write_report("# Results\n\nnew\n", path)
    assert path.read_text() == "# Results\n\nnew\n\n## Notes\nTried hard.\n"


def test_the_command_line_knows_every_protocol():
    from ml.evaluation import protocols
    from scripts import evaluation

    assert (*protocols.PROTOCOLS, *evaluation.OF_PLAYLISTS) == PROTOCOLS


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--catalogue", "nowhere.csv"], "There is no file nowhere.csv."),
        (["--quick", "--seeds", "3"], "A quick look has one seed: leave out --seeds, or --quick."),
        (
            ["--protocol", "playlists"],
            "tidytuesday_spotify_songs.csv.gz: name one of playlists with --playlists.",
        ),
        (["--playlists", "nowhere.csv"], "There is no file nowhere.csv: name one of playlists with --playlists."),
        (["--fma", "."], "holds no fma-rock-vs-hiphop.csv.gz and no echonest-metrics.json.gz."),
    ],
)
def test_what_cannot_be_measured_is_refused_with_one_sentence(tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEGUE_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(main, ["evaluate", *arguments])
    assert result.exit_code == 1
    assert result.stderr.strip().endswith(sentence)
    assert not list(tmp_path.iterdir())
