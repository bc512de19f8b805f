"""What the ranking model is asked, and what is made of its answer."""

from datetime import date

from webapp.model_results import ModelResult, Wish, within
from webapp.shelves import Reason, Taste
from webapp.viewers import Preferences, Viewer

TITLES = {"1": "Star Wars", "2": "Amélie", "3": "Seven Samurai"}


def test_a_wish_says_all_that_the_viewer_has_said():
    viewer = Viewer(
        viewer_id="v",
        name="Ann",
        email="ann@example.org",
        country="FR",
        birth_date=date(1990, 5, 17),
        language="fr",
    )
    preferences = Preferences(frozenset({"War", "Drama"}), frozenset({"Horror"}))
    wish = Wish.of(viewer, Taste(preferences, {"1": 5.0}, frozenset({"9", "3"})), "autumn")
    assert wish.ratings == {"1": 5.0}
    assert wish.filters == {
        "exclude_items": ["3", "9"],
        "exclude_genres": ["Horror"],
        "viewer": {
            "favourite_genres": ["Drama", "War"],
            "country": "FR",
            "birth_year": 1990,
            "season": "autumn",
        },
    }


def test_the_reason_is_the_models_own():
    def reason(kind, **more):
        answer = {"item_id": "9", "reason": {"kind": kind, **more}}
        return ModelResult.from_answer(answer).reason(TITLES)

    because = reason("because_you_rated", item_ids=["3", "gone", "1", "2"], share=0.9)
    assert because == Reason("reason.because_you_rated", {"titles": "Seven Samurai, Star Wars"})
    assert reason("season").key == "reason.your_season"
    assert reason("because_you_rated", item_ids=["gone"]).key == "reason.for_you"
    assert reason("a kind of tomorrow").key == "reason.for_you"
    assert ModelResult.from_answer({"item_id": "9"}).reason(TITLES).key == "reason.your_estimate"


def test_ratings_stay_within_the_scale():
    assert within({"1": 0.5, "2": 3.0, "3": 5.0}, (1.0, 4.5)) == {"1": 1.0, "2": 3.0, "3": 4.5}
