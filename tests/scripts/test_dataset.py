import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scripts import dataset
from scripts.dataset import DatasetError, fetch

CONTENT = b"track_id,artists\n" + b"x" * 300_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Mirror(BaseHTTPRequestHandler):
    """A web server with the dataset that can be told to misbehave."""

    asked: list[str | None]
    status = 200
    stop_after = len(CONTENT)
    ranges = True
    content = CONTENT

    def do_GET(self) -> None:
        self.asked.append(self.headers.get("Range"))
        start = int(self.headers["Range"][6:-1]) if self.headers.get("Range") and self.ranges else 0
        if start >= len(self.content):
            self.send_error(416)
            return
        self.send_response(206 if start else self.status)
        self.send_header("Content-Length", str(len(self.content) - start))
        self.end_headers()
        self.wfile.write(self.content[start : self.stop_after])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror() -> Iterator[tuple[type[Mirror], str]]:
    handler = type("ThisMirror", (Mirror,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler, f"http://127.0.0.1:{server.server_port}/dataset.csv"
    server.shutdown()
    server.server_close()


def test_a_download_that_matches_is_kept(mirror, tmp_path):
    path = fetch(tmp_path / "a" / "tracks.csv", mirror[1], sha256=SHA256)
    assert path.read_bytes() == CONTENT
    assert [one.name for one in path.parent.iterdir()] == ["tracks.csv"]


def test_a_second_call_downloads_nothing(mirror, tmp_path):
    for _ in range(2):
        fetch(tmp_path / "tracks.csv", mirror[1], sha256=SHA256)
    assert len(mirror[0].asked) == 1


def test_a_broken_download_is_resumed_where_it_stopped(mirror, tmp_path):
    handler, url = mirror
    handler.stop_after = 100_000
    with pytest.raises(DatasetError):
        fetch(tmp_path / "tracks.csv", url, sha256=SHA256)
    assert not (tmp_path / "tracks.csv").exists()
    handler.stop_after = len(CONTENT)
    assert fetch(tmp_path / "tracks.csv", url, sha256=SHA256).read_bytes() == CONTENT
    assert handler.asked[1] not in (None, "bytes=0-")


def test_a_server_that_cannot_resume_sends_all_of_it_again(mirror, tmp_path):
    handler, url = mirror
    handler.ranges = False
    (tmp_path / "tracks.partial").write_bytes(CONTENT[:5_000])
    assert fetch(tmp_path / "tracks.csv", url, sha256=SHA256).read_bytes() == CONTENT


def test_a_complete_leftover_is_taken_as_it_is(mirror, tmp_path):
    (tmp_path / "tracks.partial").write_bytes(CONTENT)
    assert fetch(tmp_path / "tracks.csv", mirror[1], sha256=SHA256).read_bytes() == CONTENT


def test_another_file_is_thrown_away(mirror, tmp_path):
    handler, url = mirror
    handler.content = b"<html>log in first</html>"
    with pytest.raises(DatasetError, match="not the Spotify Tracks Dataset"):
        fetch(tmp_path / "tracks.csv", url, sha256=SHA256)
    assert list(tmp_path.iterdir()) == []


def test_an_endless_answer_is_cut_off(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(dataset, "LARGEST", 100_000)
    with pytest.raises(DatasetError, match="that is not the dataset"):
        fetch(tmp_path / "tracks.csv", mirror[1], sha256=SHA256)


def test_a_refusal_says_what_to_do_instead(mirror, tmp_path):
    handler, url = mirror
    handler.status = 404
    with pytest.raises(DatasetError, match=r"status 404.*SEGUE_CATALOGUE"):
        fetch(tmp_path / "tracks.csv", url, sha256=SHA256)


def test_no_server_is_a_sentence(tmp_path):
    with pytest.raises(DatasetError, match="no connection"):
        fetch(tmp_path / "tracks.csv", "http://127.0.0.1:9/dataset.csv", sha256=SHA256)
