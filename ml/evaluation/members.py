"""`segue evaluate --protocol members`: people made of playlists tell round by round what they like and dislike.

A member is one playlist, or two shuffled into one. Half of the songs are what they tell, in equal parts per round; the
other half must be found. Before the first round they have only picked one artist, as on the friendly start. After each
round the member also dislikes some of the songs that were shown and are on none of their lists. Rankers have not
learned from the playlists that they judge.
"""

from dataclasses import dataclass

import numpy as np

from ml.evaluation.playlists import PlaylistProtocol

ROUNDS = 4
SHOWN = 20
# Of the songs shown in a round that are on none of the member's lists, the first ones get a 👎.
DISLIKED_PER_ROUND = 5
# What picking an artist says, by their best-known songs.
START_SONGS, START_WEIGHT = 3, 0.5
FEWEST_SONGS = 12


@dataclass(frozen=True)
class Member:
    """Song numbers told, by round, and those to be found; the fold whose ranker may judge."""

    start: np.ndarray
    rounds: tuple[np.ndarray, ...]
    wanted: np.ndarray
    fold: int

    @property
    def own(self) -> set[int]:
        return {*np.concatenate([*self.rounds, self.wanted]).tolist()}


def members_of(protocol: PlaylistProtocol, interests: int, seed: int) -> list[Member]:
    """Members of so many playlists each, all of one fold."""
    random = np.random.default_rng([seed, interests])
    facts = protocol.recommender.facts
    members = []
    for fold in sorted({one.fold for one in protocol.playlists}):
        lists = [one for one in protocol.playlists if one.fold == fold]
        lists = [one for one in lists if len(one.given) + len(one.wanted) >= FEWEST_SONGS]
        order = random.permutation(len(lists))
        for first in range(0, len(order) - interests + 1, interests):
            own = [lists[place] for place in order[first : first + interests]]
            wanted = np.unique(np.concatenate([one.wanted for one in own]))
            told = np.setdiff1d(np.concatenate([one.given for one in own]), wanted)
            told = random.permutation(told)
            artist = facts.first_artist[told[:1]]
            start = facts.songs_by(artist[artist >= 0], START_SONGS)
            members.append(Member(start, tuple(np.array_split(told, ROUNDS)), wanted, fold))
    return members
