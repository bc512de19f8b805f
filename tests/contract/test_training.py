"""The training request as the Lambda makes it, read by the training program."""

import re
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recommender.evaluation import protocol
from recommender.evaluation.ranking_metrics import RankingMetrics
from recommender.options import Choice
from recommender.progress import Progress
from recommender.training import option_table
from recommender.training.hyperparameters import Hyperparameters
from recommender.training.option_table import OPTIONS as CONTAINER_OPTIONS
from recommender.training.option_table import default_of

from functions import training
from functions.errors import RefusedError
from functions.sagemaker.control_plane import ControlPlane
from functions.settings import TrainSettings
from functions.table_names import Namespace
from functions.training_options import OPTIONS, Range, Words, read_options
from functions.training_request import TrainingRequest

SETTINGS = TrainSettings(
    prefix="snowreel-test",
    artifact_bucket="bucket",
    image_uri="image",
    training_role_arn="arn:aws:iam::123456789012:role/x",
    training_instance_type="ml.m5.large",
    training_max_seconds=3600,
    snowflake_connection="{}",
    database="SNOWREEL",
    schema="MARTS",
    allowed_schemas=(),
    state_machine_arn=None,
    least_new_ratings=200,
)
NAMESPACE = Namespace(database="SNOWREEL", default_schema="MARTS", allowed_schemas=())


def parts(table) -> tuple[str, str, str]:
    return table.database, table.schema, table.table


class Created:
    """Keeps the request that would create a training job."""

    def __call__(self, _operation, /, **request):
        self.request = request


def request_of(input_table: str, output_table: str, options) -> dict:
    request = TrainingRequest(
        batch_id="b",
        row=0,
        input_table=str(NAMESPACE.resolve(input_table)),
        output_table=str(NAMESPACE.resolve(output_table)),
        options=read_options(options),
    )
    created = Created()
    assert training.start(ControlPlane(created), SETTINGS, request) is None
    return created.request


def test_the_apis_table_is_the_one_that_the_training_program_prints():
    committed = Path("functions/training_options.json").read_text(encoding="utf-8")
    assert committed == option_table.as_json(), "run `make options`"


def test_both_sides_know_the_same_options():
    assert {name: asdict(option) for name, option in OPTIONS.items()} == {
        name: {"allowed": o.allowed}
        if isinstance(o, Choice)
        else {"minimum": o.minimum, "maximum": o.maximum, "whole": isinstance(o.maximum, int)}
        for name, o in CONTAINER_OPTIONS.items()
    }


def values_of(name: str) -> st.SearchStrategy:
    option = OPTIONS[name]
    if isinstance(option, Words):
        return st.sampled_from(option.allowed)
    if option.whole:
        return st.integers(int(option.minimum), int(option.maximum))
    return st.floats(option.minimum, option.maximum)


@given(st.data())
def test_what_the_api_accepts_the_training_job_reads_equal(data):
    names = data.draw(st.sets(st.sampled_from(list(OPTIONS))))
    options = {name: data.draw(values_of(name)) for name in names}
    wire = {name: Decimal(repr(v)) if isinstance(v, float) else v for name, v in options.items()}
    request = request_of("ratings", 'marts."Mine, ""too"""', wire)
    assert all(type(value) is str for value in request["HyperParameters"].values())
    order = Hyperparameters.parse(request["HyperParameters"])
    assert parts(order.input_table) == ("SNOWREEL", "MARTS", "RATINGS")
    assert parts(order.output_table) == ("SNOWREEL", "MARTS", 'Mine, "too"')
    for name in CONTAINER_OPTIONS:
        default = default_of(name, order.options.algorithm)
        assert order.options.as_dict().get(name) == options.get(name, default)


@pytest.mark.parametrize("name", [n for n, o in OPTIONS.items() if isinstance(o, Range)])
@pytest.mark.parametrize("side", ["minimum", "maximum"])
def test_both_sides_refuse_beyond_the_ends(name, side):
    option = OPTIONS[name]
    assert isinstance(option, Range)
    step = 1 if option.whole else 1e-7
    beyond = option.minimum - step if side == "minimum" else option.maximum + step
    with pytest.raises(RefusedError):
        read_options({name: beyond})
    with pytest.raises(Exception, match=name):
        CONTAINER_OPTIONS[name].parse(name, repr(beyond))


@pytest.mark.parametrize("name", [n for n, o in OPTIONS.items() if isinstance(o, Words)])
@pytest.mark.parametrize("word", ["", "other", "AUTO", 1, True])
def test_both_sides_refuse_other_words(name, word):
    with pytest.raises(RefusedError, match=f"{name} must be one of"):
        read_options({name: word})
    with pytest.raises(Exception, match=f"{name} must be one of"):
        CONTAINER_OPTIONS[name].parse(name, str(word))


def test_artifact_address_is_where_sagemaker_will_put_it():
    request = request_of("ratings", "out", None)
    order = Hyperparameters.parse(request["HyperParameters"])
    path = request["OutputDataConfig"]["S3OutputPath"]
    assert order.artifact_uri == f"{path}/{request['TrainingJobName']}/output/model.tar.gz"


def test_every_figure_of_a_training_is_kept_by_sagemaker():
    metrics = RankingMetrics(ndcg=0.5, ndcg_margin=0.1, recall=0.2, liked_ndcg=0.4, coverage=0.1)
    splits = ("random", "last", *(f"cold_{n}" for n in protocol.N_REVEALED))
    results = [protocol.EvaluationResult(split, metrics, metrics, metrics) for split in splits]
    names = {"rmse", "mae"}.union(*(result.metrics() for result in results))
    # the interval and what is liked go to the manifest alone: they are metrics too many
    of_liked = {
        f"liked_{name}" for name in training.SCORES if re.match("(last_|cold_._)?ndcg", name)
    }
    assert len(of_liked) == len(splits)
    assert names == {*training.SCORES, "ndcg_at_10_margin", *of_liked}
    assert len(expressions()) <= 40  # the most that SageMaker takes


def expressions() -> dict[str, str]:
    request = request_of("ratings", "out", None)
    definitions = request["AlgorithmSpecification"]["MetricDefinitions"]
    return {definition["Name"]: definition["Regex"] for definition in definitions}


def printed(name: str, value: float) -> str:
    lines: list[str] = []
    Progress(lines.append).metric(name, value)
    (line,) = lines
    return line


@pytest.mark.parametrize("value", [0.9345, 1e-9, 12345678.0, 0])
def test_metric_lines_are_what_sagemaker_looks_for(value):
    assert set(training.METRICS) <= set(expressions())
    for name in set(training.METRICS) - {"ratings", "rows"}:
        found = re.search(expressions()[name], printed(name, value))
        assert found is not None
        assert float(found[1]) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("count", [0, 7, 999_999, 1_000_000, 25_000_095, 3_000_000_001])
@pytest.mark.parametrize("name", ["ratings", "rows"])
def test_large_counts_are_found_in_two_parts_that_32_bits_hold(name, count):
    line = printed(name, count)
    rest, millions = (re.search(expressions()[part], line) for part in (name, f"{name}_millions"))
    assert rest is not None
    parts = [float(found[1]) if found else 0.0 for found in (rest, millions)]
    assert all(part == np.float32(part) for part in parts)
    assert parts[0] + 1_000_000 * parts[1] == count
