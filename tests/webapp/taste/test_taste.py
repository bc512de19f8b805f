"""Taste of a viewer: the genre they like."""

from webapp.taste.taste import Preferences, Taste


def test_the_liked_genre_is_the_one_of_the_best_ratings(films):
    taste = Taste(ratings={"7": 5.0, "9": 4.0, "2": 1.0, "3": 2.0})
    assert taste.liked_genre(films) in {"Horror", "Thriller"}


def test_a_favourite_is_the_liked_genre_without_ratings_but_never_an_unwanted_one(films):
    assert Taste(Preferences(frozenset({"War"}))).liked_genre(films) == "War"
    taste = Taste(Preferences(frozenset(), frozenset({"Horror", "Thriller"})), {"7": 5.0})
    assert taste.liked_genre(films) is None
    assert Taste().liked_genre(films) is None
