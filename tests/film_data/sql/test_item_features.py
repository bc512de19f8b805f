"""Features of a film as a training reads them: texts, people in their trades, commonest tags."""

import json

from mart_database import Database, movielens


def test_people_are_billed_and_tags_are_counted(database: Database) -> None:
    database.given("movielens_films", movielens(1, "Heat", 1995), movielens(2, "Dust", 1970))
    tags = [(1, "Crime"), (2, "crime"), (3, "slow"), (3, "la"), (4, "la"), (4, "LA "), (5, "crime")]
    database.given(
        "movielens_tags",
        *({"user_id": u, "film_id": 1, "tag": t, "tagged_at": 10} for u, t in tags),
    )
    database.make()
    heat, dust = database.rows(
        "select title, original_language, user_tags, directors from item_features order by item_id"
    )
    assert heat[0] == "Heat"
    assert json.loads(heat[2])[:2] == ["crime", "la"]
    assert (dust[0], dust[2], dust[3]) == ("Dust", None, None)
