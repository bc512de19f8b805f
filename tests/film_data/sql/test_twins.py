from mart_database import Database


def test_a_film_under_two_ids_is_one_film_to_train_on(database: Database) -> None:
    films = [(246, "Chasing Amy"), (268, "Chasing Amy"), (1, "Heat")]
    for_films = [{"film_id": id_, "title": title, "release_year": 1997} for id_, title in films]
    database.given("movielens_films", *for_films)
    database.given("movielens_twins", {"film_id": 268, "kept_film_id": 246})
    rated = [(1, 246, 3.0, 10), (1, 268, 4.0, 20), (2, 268, 5.0, 10), (2, 1, 2.0, 10),
             (3, 246, 1.0, 10), (3, 268, 2.0, 10)]  # fmt: skip
    columns = ("user_id", "film_id", "rating", "rated_at")
    database.given("movielens_ratings", *(dict(zip(columns, row, strict=True)) for row in rated))
    database.make()
    assert database.rows("select film_id, kept_film_id, title from film_twins") == [
        ("268", "246", "Chasing Amy")
    ]
    found = database.rows("select user_id, film_id, rating from all_ratings order by 1, 2")
    assert found == [("1", "246", 4.0), ("2", "1", 2.0), ("2", "246", 5.0), ("3", "246", 2.0)]
    assert database.rows("select count(*) from ratings") == [(6,)]
