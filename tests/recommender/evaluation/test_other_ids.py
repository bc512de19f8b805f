"""A table to evaluate a model on may name an item by any of its ids."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
from recommender import evaluate
from recommender.progress import Progress
from recommender.snowflake_io.source import InputRows

ROWS = {
    "USER_ID": ["1", "1", "2"],
    "ITEM_ID": ["268", "5", "246"],
    "RATING": [4.0, 3.0, 5.0],
    "RATED_AT": [1.0, 2.0, 3.0],
}


def test_an_item_is_evaluated_under_the_id_that_the_model_knows(tmp_path, monkeypatch):
    model = SimpleNamespace(item_ids=np.array(["246", "5"]), other_ids={"268": 0})
    seen = []

    class Evaluation:
        def __init__(self, _model, data):
            seen.append(data)

        def metrics(self):
            return {}

    monkeypatch.setattr("recommender.artifact.archive.read", lambda _: model)
    monkeypatch.setattr(evaluate, "connect", lambda _: nullcontext())
    monkeypatch.setattr(
        "recommender.snowflake_io.source.read",
        lambda *_: InputRows(pa.table(ROWS), is_implicit=False),
    )
    monkeypatch.setattr(evaluate, "TableEvaluation", Evaluation)
    container: Any = SimpleNamespace(channel=lambda _: tmp_path)
    evaluate.evaluate(container, {evaluate.TABLE: "a.b.c"}, Progress())
    assert seen[0].item_ids.tolist() == ["246", "5"]
    assert seen[0].joined == 1
