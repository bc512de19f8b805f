"""The search page."""

import pytest


def test_a_mistyped_title_is_found_with_its_estimate(opened, viewer):
    _, token = viewer
    app = opened("search", token=token)
    app.text_input(key="title").set_value("casablnca").run()
    assert "Casablanca" in app.html
    assert "estimated for you" in app.html


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_address_means_the_same_search_in_every_language(opened, language):
    app = opened("search", genre="War", country="FR", language=language)
    assert (app.selectbox(key="genre").value, app.selectbox(key="country").value) == ("War", "FR")
    assert any(text.value.startswith("2 films") for text in app.markdown)


def test_a_search_without_results_suggests_fewer_filters(opened):
    app = opened("search")
    app.text_input(key="title").set_value("godfather").run()
    app.selectbox(key="genre").set_value("Western").run()
    texts = [text.value for text in app.markdown]
    assert "0 films found" in texts
    assert "Without the genre: 1 film." in texts
    next(button for button in app.button if button.label == "Clear the search").click().run()
    assert "40 films found" in [text.value for text in app.markdown]


def test_the_order_by_estimate_shows_the_highest_first(opened, viewer):
    _, token = viewer
    app = opened("search", token=token)
    app.selectbox(key="order").set_value("estimate").run()
    stars = [float(part.split("<")[0]) for part in app.html.split("<b>")[1:] if part[0].isdigit()]
    assert len(stars) == 10
    assert stars == sorted(stars, reverse=True)
