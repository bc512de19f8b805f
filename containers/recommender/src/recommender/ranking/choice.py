"""Choice of a training's ranking model by name, catalogue size and free memory."""

from collections.abc import Callable

from recommender.options import Options
from recommender.ranking.als import Als
from recommender.ranking.base import Ranker, TrainingContext
from recommender.ranking.ease import Ease
from recommender.ranking.ease_solution import bytes_in_artifact, bytes_to_fit
from recommender.ranking.ensemble import Ensemble
from recommender.ranking.memory import free_bytes
from recommender.ranking.registry import RANKERS

#: Largest weights of EASE that an artifact carries.
LARGEST_BYTES = 256 << 20


def fit(context: TrainingContext, warn: Callable[[str], None]) -> Ranker:
    """Fit the ranking model that the options name, or that the catalogue's size suggests.

    Where there is too little memory for EASE, ALS takes its place, and `warn` gets a sentence.
    """
    counts = (len(context.ratings.item_ids), len(context.ratings))
    return RANKERS[choose(counts, context.options, warn)].fit(context)


def choose(counts: tuple[int, int], options: Options, warn: Callable[[str], None]) -> str:
    """Name of the ranking model for so many items and ratings."""
    items, ratings = counts
    name = options.ranking
    if name == "auto":
        name = Ease.name if bytes_in_artifact(items) <= LARGEST_BYTES else Als.name
    needed, free = bytes_to_fit(items, ratings), free_bytes()
    if name not in {Ease.name, Ensemble.name} or needed <= free:
        return name
    warn(
        f"The ranking is als instead of {name}: {items} items need {needed >> 20} MB of memory,"
        f" and {free >> 20} MB are free."
    )
    return Als.name
