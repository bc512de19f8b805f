"""The app by keyboard alone."""

import re

import pytest
from browser_page import PASSWORD, first_title, settled, tab_to, titles
from playwright.sync_api import expect
from webapp.accounts.sign_in import signed_in
from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.taste.queries import preferences_of
from webapp.warehouse.warehouse import Warehouse

pytestmark = pytest.mark.thorough


def test_a_viewer_does_the_same_by_keyboard(opened, email):
    page = opened("/sign-up")
    for label, text in (("Name", "Kim"), ("E-mail address", email)):
        tab_to(page, label)
        page.keyboard.type(text)
    tab_to(page, "day, Birth date")
    page.keyboard.type("17051990")
    tab_to(page, "New password")
    page.keyboard.type(PASSWORD)
    tab_to(page, "1 star")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    tab_to(page, "Sign up and see my films")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="For you", level=1)).to_be_visible()
    settled(page)

    title = first_title(page)
    tab_to(page, "1 star")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_text(f"Saved: 4 stars for {title}")).to_be_visible()
    settled(page)
    tab_to(page, "More")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.closest('[role=menu]')")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.activeElement.role === 'menuitem'")
    page.keyboard.press("Home")
    page.wait_for_function("document.activeElement.innerText === 'Not interested'")
    page.keyboard.press("Enter")
    expect(page.get_by_text("We will not recommend")).to_be_visible()
    settled(page)

    tab_to(page, "Search")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Search", level=1)).to_be_visible()
    settled(page)
    tab_to(page, "Title")
    page.keyboard.type("jaws")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Jaws")).to_be_visible()
    settled(page)
    tab_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Films that you will like")).to_be_visible()


def test_a_search_is_shared_by_keyboard(opened, new_viewer):
    _, token = new_viewer()
    page = opened("/search", token=token)
    tab_to(page, "Title")
    page.keyboard.type("the")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("title=the"))
    expect(page.get_by_text("40 films found")).to_have_count(0)
    settled(page)
    tab_to(page, "Filters and order")
    page.keyboard.press("Enter")
    # no list opens below a field that still moves
    expect(page.get_by_role("combobox", name="Genre")).to_be_visible()
    page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    tab_to(page, "Genre")
    page.keyboard.type("Crime")
    page.get_by_role("option", name="Crime", exact=True).wait_for()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("genre=Crime"))
    expect(page.get_by_role("heading", name="The Godfather")).to_be_visible()
    expect(page.get_by_role("heading", name="The 400 Blows")).to_have_count(0)
    settled(page)
    found = titles(page)

    # somebody else, who is signed out, opens the address and gets the same search
    somebody_else = opened(page.url)
    assert titles(somebody_else) == found
    expect(somebody_else.get_by_label("Title")).to_have_value("the")
    tab_to(somebody_else, "Title")
    somebody_else.keyboard.press("Control+a")
    somebody_else.keyboard.press("Delete")
    somebody_else.keyboard.press("Enter")
    expect(somebody_else).not_to_have_url(re.compile("title="))
    expect(somebody_else.get_by_role("heading", name="Fargo")).to_be_visible()
    assert set(titles(somebody_else)) > set(found)


def test_french_is_chosen_by_keyboard(opened, new_viewer):
    _, token = new_viewer()
    page = opened("/search?title=jaws", token=token)
    tab_to(page, "Français")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recherche", level=1)).to_be_visible()
    settled(page)
    assert page.locator("html").get_attribute("lang") == "fr"
    expect(page).to_have_url(re.compile("title=jaws"))
    expect(page.get_by_role("heading", name="Jaws")).to_be_visible()
    tab_to(page, "English")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Search", level=1)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_figures_of_models_are_read_by_keyboard(opened, model_figures):
    page = opened("/")
    tab_to(page, "Models")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Models", level=1)).to_be_visible()
    settled(page)
    expect(page.get_by_text("small-model: in service")).to_be_visible()
    tab_to(page, "Figures and SQL")
    page.keyboard.press("Enter")
    expect(page.get_by_text("from model_version")).to_be_visible()
    tab_to(page, "Figures and SQL")
    page.keyboard.press("Enter")
    expect(page.get_by_text("from drift")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Distance")).to_be_visible()
    tab_to(page, "Download as CSV")


def test_the_profile_is_changed_by_keyboard(opened, new_viewer, warehouse, wait_for):
    viewer, token = new_viewer(name="Kim")
    page = opened("/profile", token=token)
    tab_to(page, "Name")
    page.keyboard.press("Control+a")
    page.keyboard.type("Kim the Second")
    tab_to(page, "Country")
    page.keyboard.type("Japan")
    page.get_by_role("option", name="Japan", exact=True).wait_for()
    page.keyboard.press("Enter")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Hello, Kim the Second")).to_be_visible()
    settled(page)
    tab_to(page, "Never show me")
    page.keyboard.type("Horror")
    page.get_by_role("option", name="Horror", exact=True).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    # The first save's "Saved" may still be shown: only the warehouse tells of the second one.
    wait_for(lambda: preferences_of(warehouse, viewer.viewer_id).never == {"Horror"})
    expect(page.get_by_text("Saved")).to_be_visible()
    found = sign_in_of(warehouse, token)
    assert (found.name, found.country, found.email) == ("Kim the Second", "JP", viewer.email)


def sign_in_of(warehouse: Warehouse, token: str) -> Viewer:
    found = signed_in(warehouse, token, clock.now())
    assert found is not None
    return found.viewer
