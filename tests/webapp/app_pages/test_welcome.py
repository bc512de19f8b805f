"""The welcome page, and pages that are closed to those who are signed out."""

import pytest


def test_welcome_shows_films_and_no_buttons_to_rate(opened):
    app = opened()
    assert app.title[0].value == "Films that you will like"
    assert app.headings == ["Much seen", "Best rated"]
    assert "Star Wars" in app.html
    assert not app.segmented_control


def test_pages_of_viewers_are_closed_to_others(opened):
    app = opened()
    for script in ("for_you", "my_ratings", "profile"):
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            app.switch_page(f"app_pages/{script}.py")


@pytest.mark.parametrize("token", ["forged", "' or '1'='1", "x" * 4000])
def test_a_forged_cookie_signs_nobody_in(opened, token):
    app = opened(token=token)
    assert app.title[0].value == "Films that you will like"
