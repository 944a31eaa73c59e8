import pytest

from tests.ml.playlists import playlists_of_one_genre


@pytest.fixture(scope="session")
def playlists_file(bundle, tmp_path_factory):
    return playlists_of_one_genre(bundle.catalogue, tmp_path_factory.mktemp("playlists") / "playlists.csv")
