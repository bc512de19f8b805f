"""Peak memory of a process that does nothing but learn: `benchmarks.learning_speed` starts it.

It imports what a training imports, and none of what the benchmarks compare with.
"""

import sys

import numpy as np
from recommender.data.ratings import Ratings
from recommender.rating import biased_mf
from recommender.training.option_table import parse_options

from benchmarks.goals import peak_megabytes

EPOCHS = 20
OPTIONS = parse_options({"algorithm": "svd", "n_factors": "100", "n_epochs": str(EPOCHS)})


def main(file: str) -> None:
    """Learn from the arrays of a file, and print the peak in megabytes."""
    with np.load(file) as arrays:
        users, items, values = (arrays[name] for name in ("users", "items", "values"))
    user_ids, item_ids = (np.arange(each.max() + 1).astype(str) for each in (users, items))
    unknown = np.full(len(values), "NaT", "datetime64[s]")
    ratings = Ratings(user_ids, item_ids, users, items, values, unknown, (1.0, 5.0))
    biased_mf.fit(ratings, OPTIONS, lambda _share: None)
    print(peak_megabytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
