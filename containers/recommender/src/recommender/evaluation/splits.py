"""Holding ratings back, so that lists can be checked against what viewers went on to rate."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.arrays import UNKNOWN, Bools, Floats, Indices32, Integers
from recommender.data.ratings import Ratings
from recommender.data.viewers import Viewers
from recommender.ranking.top_n import Rated


@dataclass(frozen=True)
class Split:
    """What may be learnt from, and what is held back.

    Attributes:
        name: Of the way in which ratings were held back.
        train: Everything that a fit, a count or a weight may see.
        viewers: Who gets a list, with the ratings that are told of them.
        users: Shape (viewers,), each viewer's index among the users of the ratings.
        known: Every rating of the viewers that is not to be found.
        held_users: Shape (held,), places in `viewers` of the ratings to be found.
        held_items: Shape (held,), their items.
    """

    name: str
    train: Ratings
    viewers: Viewers
    users: Integers
    known: Ratings
    held_users: Indices32
    held_items: Indices32

    @cached_property
    def seen(self) -> Rated:
        """Items that are known of each viewer: none of them may be in the viewer's list."""
        ends = self.known.rated_indptr[np.append(self.users, self.users[-1] + 1)]
        return Rated(ends, self.known.items)

    @property
    def is_cold(self) -> bool:
        """True if no viewer is in the training part."""
        return bool((self.viewers.users == UNKNOWN).all())


def by_chance(ratings: Ratings, share: float, rng: np.random.Generator) -> Split:
    """Hold back a share of each user's ratings, rounded up."""
    counts = np.ceil(np.diff(ratings.rated_indptr) * share)
    held = _highest(ratings, rng.random(len(ratings)), counts)
    return _of_users("random", ratings, held)


def of_the_last(ratings: Ratings, rng: np.random.Generator) -> Split:
    """Hold back each user's last rating; of ratings given at once, any."""
    seconds = np.where(np.isnat(ratings.times), 0, ratings.times.astype(np.int64))
    order = np.empty(len(ratings))
    order[np.argsort(seconds + rng.random(len(ratings)))] = np.linspace(0, 0.5, len(ratings))
    held = _highest(ratings, order, np.ones(len(ratings.user_ids)))
    return _of_users("last", ratings, held)


def of_strangers(
    ratings: Ratings,
    *,
    strangers: Bools,
    told: tuple[int, ...],
    rng: np.random.Generator,
) -> list[Split]:
    """Hold back some users; half of their ratings are to be found, a few of the rest are told.

    Args:
        ratings: All ratings.
        strangers: Shape (users,), who is held back.
        told: For each split, how many ratings of each the model is told.
        rng: Draws the halves.
    """
    theirs = strangers[ratings.users]
    mine = ratings.select(theirs)
    chance = rng.random(len(mine))
    counts = np.diff(mine.rated_indptr)
    held = _highest(mine, chance, counts // 2)
    known = mine.select(~held)
    users = np.flatnonzero(strangers)
    places = np.cumsum(strangers) - 1
    whole = Split(
        "cold",
        ratings.select(~theirs),
        _strangers(known, users),
        users,
        known,
        places[mine.users[held]].astype(np.int32),
        mine.items[held],
    )
    return [_told(whole, known, users, count=count, chance=chance[~held]) for count in told]


def _of_users(name: str, ratings: Ratings, held: Bools) -> Split:
    train = ratings.select(~held)
    return Split(
        name,
        train,
        Viewers.of_ratings(train),
        np.arange(len(train.user_ids)),
        train,
        ratings.users[held],
        ratings.items[held],
    )


def _highest(ratings: Ratings, order: Floats, counts: npt.NDArray[np.number]) -> Bools:
    """For each user, the ratings with the highest `order`, from 0 to below 1, so many."""
    ranked = np.argsort(ratings.users + order)
    from_the_end = ratings.rated_indptr[ratings.users + 1] - np.arange(len(ratings))
    chosen = np.zeros(len(ratings), np.bool_)
    chosen[ranked] = from_the_end <= counts[ratings.users]
    return chosen


def _told(split: Split, known: Ratings, users: Integers, *, count: int, chance: Floats) -> Split:
    """The same with `count` ratings told of each stranger."""
    told = _highest(known, chance, np.full(len(known.user_ids), count))
    return replace(split, name=f"cold_{count}", viewers=_strangers(known.select(told), users))


def _strangers(told: Ratings, users: Integers) -> Viewers:
    counts = np.diff(told.rated_indptr)[users]
    return Viewers(
        np.full(len(users), UNKNOWN),
        np.concatenate([[0], np.cumsum(counts)]),
        told.items,
        told.values,
    )
