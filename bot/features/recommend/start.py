"""The friendly start: artists to pick from, for a member of whom nothing is known yet."""

from bot.tastes import MemberTaste
from ml.bundle import ModelBundle

MOST_ARTISTS = 25
# Of each picked artist, the best-known songs stand for them.
SONGS_PER_ARTIST = 3


def known_artists(bundle: ModelBundle, member: MemberTaste) -> list[str]:
    """Track ids that stand for well-known artists, each of another genre, the best known first, none refused."""
    recommender, facts = bundle.recommender, bundle.recommender.facts
    available = member.available(bundle)
    found: list[str] = []
    artists: set[int] = set()
    genres: set[int] = set()
    for song in (-facts.fame).argsort(kind="stable").tolist():
        artist = int(facts.first_artist[song])
        # What an artist mostly plays, rather than what this song is filed under.
        genre = int(facts.artist_genres[artist].argmax())
        if available[song] and artist >= 0 and artist not in artists and genre not in genres:
            found.append(recommender.track_of(song))
            artists.add(artist)
            genres.add(genre)
        if len(found) == MOST_ARTISTS:
            break
    return found


def best_songs(bundle: ModelBundle, track_ids: list[str]) -> tuple[str, ...]:
    """The best-known songs of the artists that `track_ids` stand for; ids that the catalogue lacks are left out."""
    recommender, facts = bundle.recommender, bundle.recommender.facts
    songs, _ = recommender.songs_of(track_ids)
    artists = facts.first_artist[songs]
    best = facts.songs_by(artists[artists >= 0], SONGS_PER_ARTIST)
    return tuple(dict.fromkeys(recommender.track_of(song) for song in best.tolist()))
