"""Sign-up answers of cold-start users, composed from the ratings that are not to be found."""

import numpy as np

from recommender.data.features import Answers, Features, seasons_of, usual_season
from recommender.evaluation.splits import Split
from recommender.ranking.prior_fit import favourites, genre_shares


def answers_of(split: Split, features: Features) -> tuple[Answers, ...]:
    """Answers of each user of a split, as far as features and known ratings give them."""
    known = split.known
    popularity = np.bincount(known.items, minlength=len(known.item_ids)).astype(np.float64)
    shares = genre_shares(features.items, popularity)
    seasons = seasons_of(known.times)
    answers = []
    for user in split.users.tolist():
        rows = slice(known.rated_indptr[user], known.rated_indptr[user + 1])
        answers.append(
            Answers(
                favourites(known.items[rows], features.items, shares),
                features.users.countries[user],
                int(features.users.birth_years[user]),
                usual_season(seasons[rows]),
            )
        )
    return tuple(answers)
