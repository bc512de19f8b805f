"""Request to the ranking model, and reasons from its answer."""

from datetime import date

from webapp.accounts.viewer import Viewer
from webapp.recommendations.model_results import ModelResult, RecommendationRequest, clipped
from webapp.recommendations.shelves import Reason
from webapp.taste.taste import Preferences, Taste

TITLES = {"1": "Star Wars", "2": "Amélie", "3": "Seven Samurai"}


def test_a_request_holds_all_of_a_viewers_taste():
    viewer = Viewer(
        viewer_id="v",
        name="Ann",
        email="ann@example.org",
        country="FR",
        birth_date=date(1990, 5, 17),
        language="fr",
    )
    preferences = Preferences(frozenset({"War", "Drama"}), frozenset({"Horror"}))
    request = RecommendationRequest.of(
        viewer, Taste(preferences, {"1": 5.0}, frozenset({"9", "3"})), "autumn"
    )
    assert request.ratings == {"1": 5.0}
    assert request.filters == {
        "exclude_items": ["3", "9"],
        "exclude_genres": ["Horror"],
        "viewer": {
            "favourite_genres": ["Drama", "War"],
            "country": "FR",
            "birth_year": 1990,
            "season": "autumn",
        },
    }


def test_the_models_reasons_become_sentences():
    def reason(kind, **more):
        answer = {"item_id": "9", "reason": {"kind": kind, **more}}
        return ModelResult.from_answer(answer).reason(TITLES)

    because = reason("because_you_rated", item_ids=["3", "gone", "1", "2"], share=0.9)
    assert because == Reason("reason.because_you_rated", {"titles": "Seven Samurai, Star Wars"})
    assert reason("season").key == "reason.your_season"
    assert reason("because_you_rated", item_ids=["gone"]).key == "reason.for_you"
    assert reason("a kind of tomorrow").key == "reason.for_you"
    assert ModelResult.from_answer({"item_id": "9"}).reason(TITLES).key == "reason.your_estimate"


def test_ratings_beyond_the_scale_are_clipped():
    assert clipped({"1": 0.5, "2": 3.0, "3": 5.0}, (1.0, 4.5)) == {"1": 1.0, "2": 3.0, "3": 4.5}
