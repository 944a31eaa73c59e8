"""The one definition of a track's fields: what the catalogue, the encoder and the views agree on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """One audio feature of a track.

    `low` and `high` bound the values that can be true; anything outside is unknown.
    `categories` is None for a continuous feature, else the values it can take.
    """

    name: str
    low: float
    high: float
    categories: tuple[int, ...] | None = None


# Ranges as documented for Spotify's audio features. Loudness may exceed 0 dB in hot masters (the dataset's
# highest is +4.5); tempo and time signature 0 mean "could not be told" and are cleaned to unknown.
FEATURES: tuple[Feature, ...] = (
    Feature("danceability", 0.0, 1.0),
    Feature("energy", 0.0, 1.0),
    Feature("loudness", -60.0, 6.0),
    Feature("speechiness", 0.0, 1.0),
    Feature("acousticness", 0.0, 1.0),
    Feature("instrumentalness", 0.0, 1.0),
    Feature("liveness", 0.0, 1.0),
    Feature("valence", 0.0, 1.0),
    Feature("tempo", 20.0, 300.0),
    Feature("duration_ms", 1_000.0, 24 * 3_600_000.0),
    Feature("key", 0, 11, tuple(range(12))),
    Feature("mode", 0, 1, (0, 1)),
    Feature("time_signature", 1, 7, (1, 2, 3, 4, 5, 6, 7)),
    Feature("explicit", 0, 1, (0, 1)),
)
FEATURE_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
CONTINUOUS: tuple[str, ...] = tuple(feature.name for feature in FEATURES if feature.categories is None)
CATEGORICAL: tuple[str, ...] = tuple(feature.name for feature in FEATURES if feature.categories is not None)

TEXT_COLUMNS: tuple[str, ...] = ("artists", "album_name", "track_name")
# What is known of a track by its sound alone; the id only tells which remembered track is its own.
SOUND_COLUMNS: tuple[str, ...] = ("track_id", *FEATURE_NAMES)
# One row of a cleaned catalogue. `artists` and `genres` hold several values separated by ";".
CATALOGUE_COLUMNS: tuple[str, ...] = ("track_id", *TEXT_COLUMNS, "popularity", *FEATURE_NAMES, "genres")
SEPARATOR = ";"


def split_values(joined: str) -> list[str]:
    """The single values of a `;`-separated field, without blanks."""
    return [value.strip() for value in joined.split(SEPARATOR) if value.strip()]
