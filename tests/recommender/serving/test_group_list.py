"""Lists for several people: everybody's no, nobody's seen films, and what each rule promises."""

import numpy as np
import pytest
from recommender.artifact.artifact import Artifact
from recommender.data.features import NO_YEAR, Features, ItemFeatures, Labels, UserFeatures
from recommender.ranking.group_rules import RULES
from recommender.serving.predictor import Predictor
from recommender.serving.wire import EstimateFor, RecommendFor, RecommendGroup
from small_models import model_of

GENRES = ("Action", "Drama", "Horror")
#: Of each kind of films, so many; the users of one taste love the first, those of the other the
#: second, and all like the third.
FILMS, USERS = 30, 60
LEFT, RIGHT, SHARED = (range(start, start + FILMS) for start in (0, FILMS, 2 * FILMS))


@pytest.fixture(scope="module")
def model(ratings_of) -> Artifact:
    """Two opposite tastes, planted, and films that both like."""
    random = np.random.default_rng(0)
    rows = [
        (f"u{user}", f"i{film}", value)
        for user in range(2 * USERS)
        for films, value, share in tastes_of(user)
        for film in films
        if random.random() < share
    ]
    ratings = ratings_of(*map(list, zip(*rows, strict=True)))
    genres = [[GENRES[int(id_[1:]) % 3]] for id_ in ratings.item_ids.tolist()]
    items = ItemFeatures(
        Labels.of(genres),
        Labels.of([[]] * len(genres)),
        np.full(len(genres), NO_YEAR, np.int32),
    )
    return model_of(ratings, Features(items, UserFeatures.none(len(ratings.user_ids))))


def tastes_of(user: int) -> list[tuple[range, float, float]]:
    """Films, the user's rating of them, and the share of them that the user rates."""
    loved, hated = (LEFT, RIGHT) if user < USERS else (RIGHT, LEFT)
    return [(loved, 5.0, 0.6), (hated, 1.0, 0.2), (SHARED, 4.0, 0.3)]


@pytest.fixture(scope="module")
def predictor(model) -> Predictor:
    return Predictor(model)


def fond_of(films: range, count: int = 8, start: int = 0) -> dict[str, float]:
    return {f"i{film}": 5.0 for film in films[start : start + count]}


def ask(predictor, members, count=10, **filters):
    whole = [each if "ratings" in each else {"ratings": each} for each in members]
    (found,) = predictor.predict(RecommendGroup([whole], [count], [filters]))["lists"]
    return found


def ids(found) -> list[str]:
    return [entry["item_id"] for entry in found["recommendations"]]


def lowest(found) -> float:
    """The mean estimate of the member who has the lowest one."""
    estimates = [entry["estimated_ratings"] for entry in found["recommendations"]]
    return float(np.mean(estimates, axis=0).min())


def test_the_default_rule_helps_who_is_least_happy(predictor):
    pairs = [(fond_of(LEFT, 8, n), fond_of(RIGHT, 8, n)) for n in range(0, 20, 2)]
    by_default, by_average = (
        np.mean([lowest(ask(predictor, pair, **asked)) for pair in pairs])
        for asked in ({}, {"rule": "average"})
    )
    assert by_default >= by_average + 0.1


def test_without_misery_nobody_gets_what_is_below_the_own_mean(predictor):
    members = [fond_of(LEFT), fond_of(RIGHT)]
    found = ask(predictor, members, 1000, rule="without_misery")
    everything = [f"i{film}" for films in (LEFT, RIGHT, SHARED) for film in films]
    for place, ratings in enumerate(members):
        asked = EstimateFor([ratings] * len(everything), everything)
        mean = np.mean(predictor.predict(asked)["estimates"])
        assert all(e["estimated_ratings"][place] >= mean for e in found["recommendations"])
    assert found["warning"].endswith("that everybody would rate above the own mean.")
    everybody = ask(predictor, members, 1000, rule="average")
    assert 0 < len(ids(found)) < len(ids(everybody))


def test_estimates_are_those_of_each_member(predictor):
    members = [fond_of(LEFT), {}, fond_of(RIGHT, 3)]
    for entry in ask(predictor, members, 5)["recommendations"]:
        asked = EstimateFor(members, [entry["item_id"]] * 3)
        alone = predictor.predict(asked)["estimates"]
        assert entry["estimated_ratings"] == pytest.approx(alone, abs=1e-5)
        assert entry["estimated_rating"] == pytest.approx(np.mean(alone), abs=1e-5)


@pytest.mark.parametrize("rule", RULES)
def test_a_group_of_one_gets_the_own_list(predictor, rule):
    """By the average it is the very list of who has many ratings; other rules look at estimates."""
    ratings = fond_of(LEFT, 12)
    found = ask(predictor, [ratings], rule=rule)
    (alone,) = predictor.predict(RecommendFor([ratings], [10], [{}]))["lists"]
    assert (ids(found) == ids(alone)) == (rule == "average")
    assert not set(ids(found)) & set(ratings)
    assert [entry["rank"] for entry in found["recommendations"]] == list(range(1, 11))


def test_one_with_many_ratings_does_not_decide(predictor):
    heavy, light = fond_of(LEFT, 15), fond_of(RIGHT, 2)
    found = ask(predictor, [heavy, light], rule="average")
    right = {f"i{film}" for film in RIGHT}
    assert len(set(ids(found)) & right) >= 2
    swapped = ask(predictor, [light, heavy], rule="average")
    assert ids(swapped) == ids(found)


def test_everybodys_no_is_honoured(predictor, model):
    members = [
        {"ratings": fond_of(LEFT), "filters": {"exclude_genres": ["Horror"]}},
        {"ratings": fond_of(RIGHT), "filters": {"exclude_items": ["i60", 63]}},
        {"ratings": fond_of(SHARED, 4)},
    ]
    found = ask(predictor, members, 1000, exclude_items=["i61"])
    horror = model.item_features.genres.any_of(["Horror"])
    refused = set(model.item_ids[horror]) | {"i60", "i61"}
    rated = set(fond_of(LEFT)) | set(fond_of(RIGHT)) | set(fond_of(SHARED, 4))
    assert not set(ids(found)) & (refused | rated)
    assert set(ids(found)) == set(model.item_ids) - refused - rated
    seen = ask(predictor, members, 1000, allow_seen=True)
    assert rated - refused <= set(ids(seen))


def test_the_reason_is_of_the_member_whom_it_suits_best(predictor):
    members = [fond_of(LEFT), fond_of(RIGHT)]
    found = ask(predictor, members, 20, rule="average")["recommendations"]
    for entry in found:
        reason = entry["reason"]
        if reason["kind"] == "because_you_rated":
            assert set(reason["item_ids"]) <= set(members[reason["member"]])
    of = {entry["item_id"]: entry["reason"]["member"] for entry in found}
    assert all(of[f"i{film}"] == 0 for film in LEFT if f"i{film}" in of)
    assert all(of[f"i{film}"] == 1 for film in RIGHT if f"i{film}" in of)


def test_fifty_members_whose_vetoes_clash_leave_nothing_and_say_so(predictor):
    members = [
        {"ratings": fond_of(LEFT, 1, n % FILMS), "filters": {"genres": [GENRES[n % 3]]}}
        for n in range(50)
    ]
    found = ask(predictor, members, 3)
    assert found["recommendations"] == []
    assert found["warning"] == (
        "Only 0 of 3: no other item is left that nobody has rated and everybody's filters allow."
    )
    assert len(ask(predictor, [{"ratings": {}}] * 50, 3)["recommendations"]) == 3


@pytest.mark.parametrize(
    ("members", "filters", "sentence"),
    [
        ([{}, {"i1": 9}], {}, "Member 1: The rating of 'i1' must be a number from 1 to 5."),
        (
            [{}, {"ratings": {}, "filters": {"exclude_genre": []}}],
            {},
            "Member 1: There is no filter 'exclude_genre'",
        ),
        ([{"ratings": {}, "filters": {"genres": ["Xyzzy"]}}], {}, "Member 0: There is no genre"),
        ([{}], {"rule": "majority"}, "The rule of a group must be least_misery or average or"),
        ([{}], {"rule": 1}, "The rule of a group must be"),
        ([{}], {"allow_seen": "yes"}, "The option allow_seen must be true or false"),
        ([{}], {"colour": "red"}, "There is no filter 'colour'"),
    ],
)
def test_what_is_malformed_is_said_in_its_row(predictor, members, filters, sentence):
    found = ask(predictor, members, **filters)
    assert found.keys() == {"error"}
    assert found["error"].startswith(sentence)


def test_answers_at_sign_up_count_for_who_has_no_ratings(predictor, model):
    answers = {"viewer": {"favourite_genres": ["Drama"]}}
    own = ask(predictor, [{"ratings": {}, "filters": answers}] * 2, 5)
    assert ids(own) == ids(ask(predictor, [{}, {}], 5, **answers))


def test_unknown_items_are_listed_once(predictor):
    found = ask(predictor, [{"x": 4, "i1": 5}, {"x": 3, "y": 2}], 1)
    assert found["unknown_items"] == ["x", "y"]


@pytest.mark.parametrize("rule", RULES)
def test_a_scale_of_one_rating_has_no_moods(ratings_of, rule):
    """Whoever gives the same to everything is as happy with one film as with another."""
    rows = [(f"u{u}", f"i{i}", 1.0) for u in range(12) for i in range(10) if (u + i) % 3]
    predictor = Predictor(model_of(ratings_of(*map(list, zip(*rows, strict=True)))))
    found = ask(predictor, [{"i1": 1}, {"i2": 1}], count=3, rule=rule)
    assert len(found["recommendations"]) == 3
    assert "warning" not in found
