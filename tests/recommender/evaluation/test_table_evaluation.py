"""A model on a table of the caller's: figures of the held-out evaluation, and what is left out."""

import io
import json
import tarfile

import numpy as np
import pytest
from made_manifest import manifest
from recommender.artifact import artifact as artifact_file
from recommender.artifact.artifact import Artifact
from recommender.evaluation import protocol
from recommender.evaluation.table_evaluation import EvaluationError, TableEvaluation
from recommender.training.fit import fit_models
from small_models import OPTIONS, model_of, ratings


@pytest.fixture(scope="module")
def small():
    """Two tastes: even users like even items; nobody has rated the last four items."""
    return ratings(
        [
            (f"u{user}", f"i{item}", 5.0 if user % 2 == item % 2 else 1.0, user)
            for user in range(20)
            for item in range(20)
            if (user + item) % 5
        ]
    )


@pytest.fixture(scope="module")
def model(small):
    return model_of(small)


def test_the_figures_are_those_of_the_held_out_evaluation(movielens_100k):
    known, features = movielens_100k
    split = next(protocol.held_out_splits(known, 0))
    models = fit_models(split.train, features, OPTIONS)
    expected = protocol.evaluate_split(split, features, models)
    made = manifest(counts={}, rating_scale=known.scale)
    trained = Artifact.of(made, split.train, features, models)
    # the whole table: what was trained on is found and left out
    found = TableEvaluation(trained, known).metrics()
    assert found["ratings"] == len(split.held_items)
    assert found["seen_ratings"] == len(split.train)
    assert found["evaluated_users"] == len(known.user_ids)
    assert found["ndcg_at_10"] == pytest.approx(expected.chosen.ndcg, abs=1e-12)
    assert found["recall_at_10"] == pytest.approx(expected.chosen.recall, abs=1e-12)
    assert found["popular_ndcg_at_10"] == pytest.approx(expected.popular.ndcg, abs=1e-12)
    error = (
        models.estimator.estimate(split.held_users, split.held_items)
        - known.values[np.isin(known_pairs(known), held_pairs(split, known))]
    )
    assert found["rmse"] == pytest.approx(float(np.sqrt(np.mean(error**2))), abs=1e-12)
    assert found["popular_popularity"] > found["popularity"] > 0
    assert 0 < found["recently_popular_ndcg_at_10"] < found["ndcg_at_10"]


def known_pairs(known):
    return known.users.astype(np.int64) * len(known.item_ids) + known.items


def held_pairs(split, known):
    return split.held_users.astype(np.int64) * len(known.item_ids) + split.held_items


def test_what_the_model_does_not_know_is_counted_and_can_only_be_missed(model):
    table = ratings(
        [
            ("u1", "i4", 5.0, 30),
            ("u1", "new", 5.0, 30),
            ("nobody", "i3", 5.0, 31),
            ("nobody", "i5", 5.0, 31),
        ]
    )
    found = TableEvaluation(model, table).metrics()
    assert (found["users"], found["known_users"]) == (2, 1)
    assert (found["items"], found["known_items"]) == (4, 3)
    assert found["evaluated_users"] == 2
    assert 0 <= found["recall_at_10"] < 1
    assert np.isfinite(found["rmse"])


def test_ids_are_found_in_either_writing(small):
    numbered = ratings([(user[1:], item[1:], value, 1) for user, item, value in rows_of(small)])
    trained = model_of(numbered)
    table = ratings([("1.00", "4", 5.0, 30), ("2", "3.0", 5.0, 30)])
    found = TableEvaluation(trained, table).metrics()
    assert (found["known_users"], found["known_items"]) == (2, 2)


def rows_of(small):
    return zip(
        small.user_ids[small.users].tolist(),
        small.item_ids[small.items].tolist(),
        small.values.tolist(),
        strict=True,
    )


def test_of_late_the_week_before_counts_and_nothing_after(model):
    """i16 to i19 are popular in the week before; what follows must not be looked at."""
    week = [(f"v{number}", f"i{item}", 4.0, 40) for number in range(9) for item in (16, 17)]
    later = [(f"w{number}", f"i{item}", 4.0, 60) for number in range(99) for item in (18, 19)]
    asked = [("x", "i16", 5.0, 45), ("x", "i17", 5.0, 45), ("y", "i0", 5.0, 45)]
    figures = TableEvaluation(model, ratings(week + later + asked))
    before = figures._recently_popular()
    users = figures._evaluation.users
    rows = {name: row for row, name in enumerate(figures.table.user_ids[users])}
    ids = model.item_ids[before.items[rows["x"]]].tolist()
    assert set(ids[:2]) == {"i16", "i17"}
    assert not {"i18", "i19"} & set(ids[:4])


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("u1", "i4", 5.0, 30), ("u1", "i14", 5.0, 31)], id="one user"),
        pytest.param([("u1", "i4", 5.0, 30), ("u6", "i4", 5.0, 30)], id="one item"),
        pytest.param([("u1", "i4", 5.0, 30)], id="one rating"),
        pytest.param([("x", "i4", 5.0, 30), ("y", "i3", 1.0, 30)], id="unknown users"),
        pytest.param([("x", "new", 5.0, 30), ("y", "newer", 1.0, 30)], id="nothing known"),
        pytest.param([("u1", "i4", 999.0, 30), ("u2", "i3", -7.0, 30)], id="outside the scale"),
    ],
)
def test_small_and_strange_tables_have_figures(model, rows):
    found = TableEvaluation(model, ratings(rows)).metrics()
    assert found["ratings"] == len(rows)
    assert found["evaluated_users"] == len({user for user, *_ in rows})
    assert all(np.isfinite(list(found.values())))
    assert 0 <= found["recently_popular_ndcg_at_10"] <= 1


def test_without_times_nothing_is_popular_of_late(model):
    found = TableEvaluation(model, ratings([("u1", "i4", 5.0, None), ("u2", "i3", 5.0, 1)]))
    assert not any(name.startswith("recently") for name in found.metrics())


def test_a_table_that_was_trained_on_whole_is_refused(model, small):
    with pytest.raises(EvaluationError, match="trained on every rating"):
        TableEvaluation(model, small).metrics()


# --- the job --------------------------------------------------------------------------------------


def put_model(base, model, damage=lambda archive: archive):
    folder = base / "made"
    artifact_file.save(model, folder)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in ("manifest.json", "arrays.npz"):
            tar.add(folder / name, name)
        outside = tarfile.TarInfo("../outside")
        tar.addfile(outside)
    channel = base / "input" / "data" / "model"
    channel.mkdir(parents=True)
    (channel / "model.tar.gz").write_bytes(damage(packed.getvalue()))


@pytest.fixture
def evaluation_job(make_job, warehouse):
    """An evaluation job without its model."""
    job = make_job("evaluation")
    warehouse.load(
        "snowreel.marts.newer",
        "user_id varchar, item_id varchar, rating float",
        "('u1', 'i4', 5), ('u2', 'i3', 5), ('nobody', 'i3', 1)",
    )
    order = job.base / "input" / "config" / "hyperparameters.json"
    order.write_text(json.dumps({"evaluated_table": "SNOWREEL.MARTS.NEWER"}))
    return job


def test_the_job_prints_its_figures_and_writes_nothing(evaluation_job, run_here, model):
    put_model(evaluation_job.base, model)
    code, log = run_here(evaluation_job)
    assert code == 0, log
    for line in ("metric users=3", "metric known_users=2", "metric rmse=", "metric ndcg_at_10="):
        assert line in log
    assert evaluation_job.model_files == []
    assert not (evaluation_job.base.parent / "outside").exists()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        pytest.param(None, "holds no model.tar.gz", id="no model"),
        pytest.param(lambda archive: archive[:200], "archive is damaged", id="cut off"),
        pytest.param(lambda _: b"no archive", "archive is damaged", id="no archive"),
    ],
)
def test_a_job_without_a_whole_model_says_so(evaluation_job, run_here, model, damage, sentence):
    if damage is not None:
        put_model(evaluation_job.base, model, damage)
    code, log = run_here(evaluation_job)
    assert code == 1
    assert sentence in evaluation_job.failure, log


def test_a_job_whose_table_is_missing_says_so(evaluation_job, run_here, model):
    put_model(evaluation_job.base, model)
    order = evaluation_job.base / "input" / "config" / "hyperparameters.json"
    order.write_text(json.dumps({"evaluated_table": "SNOWREEL.MARTS.NOWHERE"}))
    code, log = run_here(evaluation_job)
    assert code == 1, log
    assert "NOWHERE does not exist" in evaluation_job.failure
