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


def test_ratings_are_imported(opened, viewer, warehouse):
    known, token = viewer
    app = opened("my_ratings", token=token)
    content = "title,year,stars\nAmélie,2001,4.5\nNo Such Film,1999,3\nJaws,1975,9\n".encode()
    app.file_uploader(key="import_file").set_value(("mine.csv", content, "text/csv")).run()
    assert [warning.value.split(":")[-1].strip() for warning in app.warning] == ["3", "4"]
    next(b for b in app.button if b.label == "Keep 1 rating").click().run()
    assert taste_queries.taste(warehouse, known.viewer_id).ratings["2"] == 4.5
