"""The gate's rules: their limits, and their text in the registry."""

import pytest

from functions import settings
from functions.gate import Rule, rules_for

GOOD = {
    "rmse": 0.93,
    "ndcg_at_10": 0.45,
    "popular_ndcg_at_10": 0.26,
    "ratings": 100_000.0,
    "duplicates": 0.0,
}


@pytest.fixture
def limits(aws):
    """The limits that local mode has: 2 % of tolerance, half of the ratings, 10 % repeated."""
    return settings.deploy_settings()


def failed(candidate, champion, limits):
    return [rule.name for rule in rules_for(candidate, champion, limits) if not rule.passed]


def test_a_model_as_good_as_what_serves_passes(limits):
    assert failed(GOOD, GOOD, limits) == []
    assert failed(GOOD, None, limits) == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        pytest.param({"ndcg_at_10": 0.4411}, [], id="ranking within the tolerance"),
        pytest.param({"ndcg_at_10": 0.4409}, ["ranking"], id="ranking beyond it"),
        pytest.param({"rmse": 0.9485}, [], id="estimates within the tolerance"),
        pytest.param({"rmse": 0.9487}, ["estimates"], id="estimates beyond it"),
        pytest.param({"rmse": 1.86}, ["estimates"], id="another scale"),
        pytest.param({"ratings": 50_000.0}, [], id="half of the ratings"),
        pytest.param({"ratings": 49_999.0}, ["number_of_ratings"], id="less than half"),
        pytest.param({"duplicates": 11_111.0}, [], id="a tenth repeated"),
        pytest.param({"duplicates": 11_200.0}, ["repeated_ratings"], id="more repeated"),
        pytest.param(
            {"ndcg_at_10": 0.26}, ["better_than_most_popular", "ranking"], id="as the most popular"
        ),
    ],
)
def test_each_rule_has_its_limit(limits, change, rules):
    assert failed(GOOD | change, GOOD, limits) == rules


def test_a_training_without_figures_does_not_pass(limits):
    assert failed({"ratings": 100.0}, None, limits) == ["better_than_most_popular"]
    assert failed({"ratings": 100_000.0}, GOOD, limits) == [
        "better_than_most_popular",
        "ranking",
        "estimates",
    ]


def test_without_figures_of_what_serves_the_candidate_stands_alone(limits):
    assert failed(GOOD, {}, limits) == []


@pytest.mark.parametrize(
    "rule",
    rules_for(
        GOOD,
        GOOD | {"rmse": 1 / 3},
        settings.DeploySettings(
            prefix="p",
            artifact_bucket="b",
            image_uri="i",
            inference_role_arn="r",
            inference_memory_mb=1024,
            inference_max_concurrency=1,
            inference_instance_type=None,
            inference_min_instances=1,
            versions_kept=3,
            tolerance_percent=2,
            least_ratings_percent=50,
            most_repeated_percent=10,
        ),
    ),
    ids=lambda rule: rule.name,
)
def test_a_rule_is_read_as_it_was_written(rule):
    assert Rule.of_text(rule.name, str(rule)) == rule


def test_a_rule_without_a_figure_is_read_as_it_was_written():
    rule = Rule(name="ranking", figure=None, bound="at least", limit=0.4)
    assert Rule.of_text("ranking", str(rule)) == rule
    assert not rule.passed
    with pytest.raises(ValueError, match="is no rule of the gate"):
        Rule.of_text("ranking", "0.4")
