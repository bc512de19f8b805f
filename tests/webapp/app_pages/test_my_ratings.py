"""The page of the viewer's ratings."""

from webapp.taste import queries as taste_queries


def test_ratings_are_listed_changed_and_removed(opened, viewer, warehouse):
    known, token = viewer
    app = opened("my_ratings", token=token)
    assert "You have rated 3 films." in [text.value for text in app.markdown]
    app.segmented_control(key="stars-5").set_value(1).run()
    assert taste_queries.taste(warehouse, known.viewer_id).ratings["5"] == 1.0
    app.button(key="remove-5").click().run()
    assert "5" not in taste_queries.taste(warehouse, known.viewer_id).ratings
    assert "You have rated 2 films." in [text.value for text in app.markdown]


def uploaded(opened, token, content):
    app = opened("my_ratings", token=token)
    file = ("mine.csv", content.encode(), "text/csv")
    app.file_uploader(key="import_file").set_value(file).run()
    assert not app.exception
    return app


def test_a_file_is_shown_then_placed_by_hand_then_kept_with_its_dates(opened, viewer, warehouse):
    known, token = viewer
    before = taste_queries.taste(warehouse, known.viewer_id).ratings
    app = uploaded(
        opened,
        token,
        "title;year;rating;date\nAmélie;2001;9;2024-02-29\nNo Such Film;1999;6;\nJaws;1975;;\n",
    )
    texts = [text.value for text in app.markdown]
    assert "Read as: **a table of ratings**, 3 rows. Nothing is kept yet." in texts
    assert [warning.value.split()[0] for warning in app.warning] == ["1", "1"]
    assert taste_queries.taste(warehouse, known.viewer_id).ratings == before
    app.text_input(key="import-title-3").set_value("casablanca").run()
    app.selectbox(key="import-film-3").select_index(0).run()
    next(b for b in app.button if b.label == "Keep 2 ratings").click().run()
    kept = {film.film_id: film for film in taste_queries.ratings_of(warehouse, known.viewer_id)}
    assert (kept["2"].stars, kept["2"].rated_at.isoformat()) == (4.5, "2024-02-29T00:00:00")
    assert kept["4"].stars == 3.0


def test_the_viewer_may_say_the_scale(opened, viewer, warehouse):
    _, token = viewer
    app = uploaded(opened, token, "title,year,rating\nAmélie,2001,4\nJaws,1975,2\n")
    assert "The ratings may be on another scale" in app.warning[0].value
    scale = next(box for box in app.selectbox if box.label.startswith("Highest rating"))
    scale.set_value(10).run()
    assert app.dataframe[0].value["Stars"].tolist() == [2.0, 1.0]


def test_a_file_that_is_no_table_is_refused_in_a_sentence(opened, viewer):
    _, token = viewer
    app = uploaded(opened, token, "Position,Name\n1,Heat\n")
    assert "It names: Position, Name" in app.error[0].value
