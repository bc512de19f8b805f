"""The gate's rules: their limits, and their text in the registry."""

import re

import pytest

from functions import settings
from functions.gate import rules_for
from functions.gate_rule import Rule

GOOD = {
    "rmse": 0.93,
    "ndcg_at_10": 0.45,
    "popular_ndcg_at_10": 0.26,
    "ratings": 100_000.0,
    "duplicates": 0.0,
}


@pytest.fixture
def limits(aws):
    """The limits that local mode has: 2 % of tolerance, half of the ratings, 10 % repeated or
    shifted, 200 new ratings."""
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


def without(*names: str) -> dict[str, float]:
    return {name: value for name, value in GOOD.items() if name not in names}


def test_trainings_on_tables_without_ratings_are_compared_by_their_lists(limits):
    events = without("rmse") | {"duplicates": 900_000.0}
    assert failed(events, without("rmse"), limits) == []
    assert failed(events | {"ndcg_at_10": 0.4409}, without("rmse"), limits) == ["ranking"]
    # a model that estimates is not replaced by one that does not, unless by force
    assert failed(events, GOOD, limits) == ["estimates"]


def test_a_training_without_figures_does_not_pass(limits):
    assert failed({"ratings": 100.0}, None, limits) == ["better_than_most_popular"]
    assert failed({"ratings": 100_000.0}, GOOD, limits) == [
        "better_than_most_popular",
        "ranking",
        "estimates",
    ]


def test_without_figures_of_what_serves_the_candidate_stands_alone(limits):
    assert failed(GOOD, {}, limits) == []


# --- with a judgement -----------------------------------------------------------------------------

COMPARED = {
    "new_ratings": 5_000.0,
    "old_ratings": 95_000.0,
    "evaluated_users": 160.0,
    "ndcg_at_10": 0.33,
    "champion_ndcg_at_10": 0.33,
    "popular_ndcg_at_10": 0.28,
    "recently_popular_ndcg_at_10": 0.31,
    "ndcg_difference_low": -0.01,
    "ndcg_difference_high": 0.01,
    "rmse": 1.01,
    "champion_rmse": 1.01,
    "rmse_difference_low": -0.02,
    "rmse_difference_high": 0.02,
    "mean_rating": 3.5,
    "champion_mean_rating": 3.5,
    "scale_shift": 0.01,
    "smoke_failures": 0.0,
    "recorded_ndcg_margin": 0.02,
}


def failed_beside(change, limits, candidate=GOOD):
    rules = rules_for(candidate, GOOD, limits, COMPARED | change)
    return [rule.name for rule in rules if not rule.passed]


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        pytest.param({}, [], id="as good as what serves"),
        pytest.param({"ndcg_at_10": 0.3235}, [], id="ranking within the tolerance"),
        pytest.param({"ndcg_at_10": 0.3233}, ["ranking"], id="ranking beyond it"),
        # the figure decides, however wide its interval is
        pytest.param(
            {"ndcg_at_10": 0.3233, "ndcg_difference_low": -0.5, "ndcg_difference_high": 0.5},
            ["ranking"],
            id="ranking beyond it by chance",
        ),
        pytest.param({"rmse": 1.03}, [], id="estimates within the tolerance"),
        pytest.param({"rmse": 1.0303}, ["estimates"], id="estimates beyond it"),
        pytest.param(
            {"popular_ndcg_at_10": 0.329, "ndcg_at_10": 0.329},
            ["better_than_most_popular"],
            id="as the most popular",
        ),
        pytest.param(
            {"recently_popular_ndcg_at_10": 0.329, "ndcg_at_10": 0.329},
            ["better_than_recently_popular"],
            id="as those of the last week",
        ),
        pytest.param(
            {"recently_popular_ndcg_at_10": 0.4, "popular_ndcg_at_10": 0.33},
            [],
            id="below both, as what serves",
        ),
        pytest.param(
            {"recently_popular_ndcg_at_10": 0.4, "ndcg_at_10": 0.3233},
            ["better_than_recently_popular", "ranking"],
            id="below what serves, which is below them",
        ),
        pytest.param({"scale_shift": 0.1}, [], id="shifted within the limit"),
        pytest.param({"scale_shift": 0.1001}, ["rating_scale"], id="shifted beyond it"),
        pytest.param({"smoke_failures": 1.0}, ["smoke"], id="one answer that nobody may see"),
    ],
)
def test_on_new_ratings_each_rule_has_its_limit(limits, change, rules):
    assert failed_beside(change, limits) == rules


def test_with_enough_new_ratings_the_recorded_figures_say_nothing(limits):
    bad = GOOD | {"ndcg_at_10": 0.1, "rmse": 9.0}
    assert failed_beside({}, limits, bad) == []
    assert failed_beside({"new_ratings": 200.0}, limits, bad) == []
    rules = {rule.name: rule for rule in rules_for(bad, GOOD, limits, COMPARED)}
    assert rules["ranking"].ratings == "new"
    assert rules["ranking"].difference == {"low": -0.01, "high": 0.01}
    assert rules["estimates"].difference == {"low": -0.02, "high": 0.02}
    assert rules["number_of_ratings"].ratings is None


@pytest.mark.parametrize(
    "judgement",
    [
        pytest.param(COMPARED | {"new_ratings": 199.0}, id="too few"),
        pytest.param(
            {"new_ratings": 500.0, "smoke_failures": 0.0, "recorded_ndcg_margin": 0.02},
            id="none fitted, the limit was higher then",
        ),
    ],
)
def test_with_too_few_the_recorded_figures_decide_and_their_interval_is_shown(limits, judgement):
    worse = GOOD | {"ndcg_at_10": 0.44}
    rules = {rule.name: rule for rule in rules_for(worse, GOOD, limits, judgement)}
    assert "better_than_recently_popular" not in rules
    assert not rules["ranking"].passed
    assert rules["ranking"].ratings == "held-out"
    assert rules["ranking"].difference == {"low": -0.03, "high": 0.01}
    assert rules["estimates"].difference is None
    assert rules["smoke"].passed
    assert rules["ranking"].sentence() == (
        "ranking is 0.44 and must be at least 0.441 on held-out ratings (its difference to what"
        " serves is -0.03 to 0.01 with 95 % confidence)"
    )


def test_a_candidate_that_cannot_be_served_fails_by_its_smoke_alone(limits):
    counts = {"new_ratings": 0.0, "smoke_failures": 200.0}
    rules = rules_for(GOOD, GOOD, limits, counts)
    assert [rule.name for rule in rules if not rule.passed] == ["smoke"]


def test_models_of_earlier_versions_have_no_interval(limits):
    known = {name: value for name, value in COMPARED.items() if name != "recorded_ndcg_margin"}
    rules = rules_for(GOOD, GOOD, limits, known | {"new_ratings": 1.0})
    assert all(rule.difference is None for rule in rules)


# --- in the registry ------------------------------------------------------------------------------

#: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
LETTERS = re.compile(r"[\w\s.:/=+\-@]{1,256}")


@pytest.mark.parametrize("judgement", [None, COMPARED, COMPARED | {"new_ratings": 1.0}])
def test_a_rule_is_read_as_it_was_written(limits, judgement):
    rules = rules_for(GOOD, GOOD | {"rmse": 1 / 3}, limits, judgement)
    assert len(rules) >= 5
    for rule in rules:
        assert LETTERS.fullmatch(str(rule))
        assert Rule.of_text(rule.name, str(rule)) == rule


def test_rules_of_an_earlier_version_are_read(limits):
    rule = Rule.of_text("ranking", "0.45 at least 0.441")
    assert (rule.figure, rule.limit, rule.ratings, rule.difference) == (0.45, 0.441, None, None)
    assert rule.answer() == {
        "rule": "ranking",
        "figure": 0.45,
        "bound": "at least",
        "limit": 0.441,
        "passed": True,
    }


def test_a_rule_without_a_figure_is_read_as_it_was_written():
    rule = Rule(name="ranking", figure=None, bound="at least", limit=0.4)
    assert Rule.of_text("ranking", str(rule)) == rule
    assert not rule.passed
    with pytest.raises(ValueError, match="is no rule of the gate"):
        Rule.of_text("ranking", "0.4")
