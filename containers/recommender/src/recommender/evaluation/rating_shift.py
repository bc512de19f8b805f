"""Shift of the ratings from one training to another: another scale, or a table gone wrong."""

import math

import numpy as np

from recommender.artifact.artifact import Artifact


def shift(candidate: Artifact, champion: Artifact) -> dict[str, float]:
    """Mean ratings of two trainings, and how far the candidate's are from the champion's.

    The mean alone would miss a scale that grows around its middle, and hardly see a few ratings of
    another scale, which widen the spread at once: the shift is the larger of both differences, as
    a share of the champion's scale.
    """
    ours, theirs = candidate.users.values, champion.users.values
    low, high = champion.manifest.rating_scale
    farthest = max(abs(np.mean(ours) - np.mean(theirs)), abs(np.std(ours) - np.std(theirs)))
    return {
        "mean_rating": float(np.mean(ours)),
        "champion_mean_rating": float(np.mean(theirs)),
        # a scale of one value has no width: its unit stands in
        "scale_shift": float(farthest / ((high - low) or 1.0)),
    }


def recorded_margin(candidate: Artifact, champion: Artifact) -> dict[str, float]:
    """Half of the interval of the difference of the NDCGs that two trainings recorded.

    Each on ratings held back from its own table, so that the variances add up; nothing for models
    of versions that did not record it.
    """
    name = "ndcg_at_10_margin"
    margins = [each.manifest.metrics.get(name) for each in (candidate, champion)]
    if None in margins:
        return {}
    return {"recorded_ndcg_margin": math.hypot(*(each for each in margins if each is not None))}
