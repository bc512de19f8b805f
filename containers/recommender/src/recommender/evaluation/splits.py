"""Splits of ratings into a training part and a held-out part."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.arrays import UNKNOWN, Bools, Floats, Indices32, Integers
from recommender.data.histories import UserHistories
from recommender.data.rating_levels import are_high
from recommender.data.ratings import Ratings
from recommender.ranking.top_n import Rated


@dataclass(frozen=True)
class Split:
    """A training part and a held-out part.

    Attributes:
        name: Tells the kinds of splits apart.
        train: Everything that a fit, a count or a weight may see.
        histories: Users who get a list, with the history that the model may see.
        users: Shape (histories,), their indices among the users of the ratings.
        known: Every rating of these users that is not held out.
        held_users: Shape (held,), rows of `histories` of the held-out ratings.
        held_items: Shape (held,), their items.
        held_values: Shape (held,), the ratings.
    """

    name: str
    train: Ratings
    histories: UserHistories
    users: Integers
    known: Ratings
    held_users: Indices32
    held_items: Indices32
    held_values: Floats

    @cached_property
    def held_liked(self) -> Bools:
        """Shape (held,): true for a high rating, at least 4 of 5."""
        return are_high(self.held_values, self.train.scale)

    @cached_property
    def seen(self) -> Rated:
        """Known items of each user: none of them may be in the user's list."""
        ends = self.known.rated_indptr[np.append(self.users, self.users[-1] + 1)]
        return Rated(ends, self.known.items)

    @property
    def is_cold(self) -> bool:
        """True if none of the users is in the training part."""
        return bool((self.histories.users == UNKNOWN).all())


def random_split(ratings: Ratings, share: float, rng: np.random.Generator) -> Split:
    """Hold out a random share of each user's ratings, rounded up."""
    counts = np.ceil(np.diff(ratings.rated_indptr) * share)
    held = _highest(ratings, rng.random(len(ratings)), counts)
    return _warm_split("random", ratings, held)


def leave_last_out(ratings: Ratings, rng: np.random.Generator) -> Split:
    """Hold out each user's last rating; of ratings given at once, any."""
    seconds = np.where(np.isnat(ratings.times), 0, ratings.times.astype(np.int64))
    order = np.empty(len(ratings))
    order[np.argsort(seconds + rng.random(len(ratings)))] = np.linspace(0, 0.5, len(ratings))
    held = _highest(ratings, order, np.ones(len(ratings.user_ids)))
    return _warm_split("last", ratings, held)


def cold_user_splits(
    ratings: Ratings, *, cold: Bools, n_revealed: tuple[int, ...], rng: np.random.Generator
) -> list[Split]:
    """Hold out whole users: half of their ratings are targets, `n` of the rest are history.

    Args:
        ratings: All ratings.
        cold: Shape (users,), true for a user who is held out.
        n_revealed: For each split, the number of ratings that are the history of a cold user.
        rng: Draws the halves.
    """
    is_cold = cold[ratings.users]
    mine = ratings.select(is_cold)
    keys = rng.random(len(mine))
    held = _highest(mine, keys, np.diff(mine.rated_indptr) // 2)
    known = mine.select(~held)
    users = np.flatnonzero(cold)
    rows = np.cumsum(cold) - 1
    whole = Split(
        "cold",
        ratings.select(~is_cold),
        _cold_histories(known, users),
        users,
        known,
        rows[mine.users[held]].astype(np.int32),
        mine.items[held],
        mine.values[held],
    )
    return [_reveal(whole, n, keys[~held]) for n in n_revealed]


def _warm_split(name: str, ratings: Ratings, held: Bools) -> Split:
    train = ratings.select(~held)
    return Split(
        name,
        train,
        UserHistories.of_ratings(train),
        np.arange(len(train.user_ids)),
        train,
        ratings.users[held],
        ratings.items[held],
        ratings.values[held],
    )


def _highest(ratings: Ratings, order: Floats, counts: npt.NDArray[np.number]) -> Bools:
    """For each user, the ratings with the highest `order`, from 0 to below 1, so many."""
    ranked = np.argsort(ratings.users + order)
    from_the_end = ratings.rated_indptr[ratings.users + 1] - np.arange(len(ratings))
    chosen = np.zeros(len(ratings), np.bool_)
    chosen[ranked] = from_the_end <= counts[ratings.users]
    return chosen


def _reveal(split: Split, n: int, keys: Floats) -> Split:
    """The split with a history of `n` of each user's known ratings, those of the highest keys."""
    known = split.known
    revealed = _highest(known, keys, np.full(len(known.user_ids), n))
    histories = _cold_histories(known.select(revealed), split.users)
    return replace(split, name=f"cold_{n}", histories=histories)


def _cold_histories(revealed: Ratings, users: Integers) -> UserHistories:
    counts = np.diff(revealed.rated_indptr)[users]
    return UserHistories(
        np.full(len(users), UNKNOWN),
        np.concatenate([[0], np.cumsum(counts)]),
        revealed.items,
        revealed.values,
    )
