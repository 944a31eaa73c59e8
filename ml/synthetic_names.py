"""Names for groups of tracks: an adjective from how the group sounds, a noun from the genres that dominate it."""

import numpy as np

from ml.tracks import CONTINUOUS

MIDDLE = 0.5

# What each adjective says of a group's middle, in percentiles among all tracks: +1 is above the usual, -1 below. An
# adjective fits as well as the least of its claims. Each is given once, which makes the names unique.
ADJECTIVES: dict[str, dict[str, int]] = {
    "Instrumental": {"instrumentalness": +1},
    "Driving": {"instrumentalness": +1, "energy": +1, "danceability": +1},
    "Dreamy": {"instrumentalness": +1, "acousticness": +1, "loudness": -1, "valence": -1},
    "Acoustic": {"acousticness": +1},
    "Electric": {"acousticness": -1},
    "Danceable": {"danceability": +1},
    "Swinging": {"danceability": +1, "acousticness": +1, "valence": +1},
    "Sunny": {"valence": +1},
    "Exuberant": {"valence": +1, "energy": +1},
    "Wistful": {"valence": -1, "energy": -1},
    "Dark": {"valence": -1, "energy": +1},
    "Fierce": {"energy": +1, "danceability": -1, "acousticness": -1},
    "Loud": {"loudness": +1, "energy": +1},
    "Quiet": {"loudness": -1},
    "Gentle": {"energy": -1},
    "Wordy": {"speechiness": +1},
    "Melodic": {"speechiness": -1},
    "Live": {"liveness": +1},
    "Fast": {"tempo": +1},
    "Slow": {"tempo": -1},
}

# Related genres share a noun that can stand behind any adjective; a genre not listed stands for itself.
FAMILIES: dict[str, tuple[str, ...]] = {
    "Metal": ("black-metal", "death-metal", "grindcore", "heavy-metal", "metal", "metalcore", "industrial"),
    "Punk": ("emo", "hardcore", "punk", "punk-rock", "ska"),
    "Rock": (
        *("alt-rock", "alternative", "british", "garage", "goth", "grunge", "hard-rock", "j-rock", "power-pop"),
        *("psych-rock", "rock"),
    ),
    "Americana": ("bluegrass", "country", "honky-tonk", "rock-n-roll", "rockabilly"),
    "Songwriter": ("acoustic", "folk", "singer-songwriter", "songwriter"),
    "Pop": ("french", "german", "indie", "indie-pop", "party", "pop", "swedish", "synth-pop"),
    "Asian Pop": ("anime", "cantopop", "indian", "j-idol", "j-pop", "k-pop", "malay", "mandopop", "pop-film"),
    "Latin": ("brazil", "forro", "mpb", "pagode", "salsa", "samba", "sertanejo", "spanish", "tango"),
    "Reggaeton": ("latin", "latino", "reggaeton"),
    "Reggae": ("dancehall", "dub", "reggae"),
    "Soul": ("blues", "disco", "funk", "gospel", "groove", "r-n-b", "soul"),
    "Hip-Hop": ("hip-hop", "j-dance"),
    "Techno": ("chicago-house", "deep-house", "detroit-techno", "house", "minimal-techno", "techno"),
    "Dance": (
        *("breakbeat", "club", "dance", "drum-and-bass", "dubstep", "edm", "electro", "electronic", "happy"),
        *("hardstyle", "progressive-house", "trance"),
    ),
    "Chillout": ("chill", "idm", "sad", "study", "trip-hop"),
    "Ambient": ("ambient", "new-age", "sleep"),
    "Classical": ("classical", "guitar", "opera", "piano", "romance"),
    "Jazz": ("jazz",),
    "Musicals": ("disney", "show-tunes"),
    "Kids' Songs": ("children", "kids"),
    "Comedy": ("comedy",),
    "World Music": ("afrobeat", "iranian", "turkish", "world-music"),
}
FAMILY_OF = {genre: family for family, members in FAMILIES.items() for genre in members}


def names_of_groups(centres: np.ndarray, groups: np.ndarray, carries: np.ndarray, genres: list[str]) -> list[str]:
    """A name for each group, such as "Loud Metal", none twice.

    `centres` are the groups' middles in percentiles, (k, continuous features); `groups` the number of each track's
    group (n,); `carries` which track carries which of `genres`, bool (n, genres).
    """
    nouns = _nouns(groups, len(centres), carries, genres)
    return [f"{adjective} {noun}" for adjective, noun in zip(_adjectives(centres), nouns, strict=True)]


def _adjectives(centres: np.ndarray) -> list[str]:
    """One adjective per centre, none twice, so that together they fit as well as they can."""
    # Only naming needs it, and it takes half a second of every start.
    from scipy.optimize import linear_sum_assignment

    fit = np.empty((len(centres), len(ADJECTIVES)))
    for column, claims in enumerate(ADJECTIVES.values()):
        features = [CONTINUOUS.index(name) for name in claims]
        fit[:, column] = ((centres[:, features] - MIDDLE) * np.array(list(claims.values()))).min(axis=1)
    _, columns = linear_sum_assignment(-fit)
    adjectives = list(ADJECTIVES)
    return [adjectives[column] for column in columns]


def _nouns(groups: np.ndarray, k: int, carries: np.ndarray, genres: list[str]) -> list[str]:
    """The family whose genres, taken together, are the most frequent in each group beyond what is usual."""
    family_of = [FAMILY_OF.get(genre, genre.replace("-", " ").title()) for genre in genres]
    families = sorted(set(family_of))
    belongs = np.array([[family == wanted for wanted in families] for family in family_of])
    usual = carries.mean(axis=0) + 1e-9
    nouns = []
    for number in range(k):
        share = carries[groups == number].mean(axis=0) + 1e-9
        nouns.append(families[int((share * np.log(share / usual) @ belongs).argmax())])
    return nouns
