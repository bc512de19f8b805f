"""The app in a real browser: one journey, two viewers, and those who have no business here."""

import re

import pytest
from browser_page import PASSWORD, first_title, photographed, settled, stars
from playwright.sync_api import Page, ViewportSize, expect

PHONE: ViewportSize = {"width": 390, "height": 844}


def sign_up(page: Page, email: str) -> None:
    page.get_by_label("Name").fill("Ann <script>alert(1)</script>")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("day, Birth date").focus()
    page.keyboard.type("17051990")
    page.keyboard.press("Escape")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("radiogroup").first.get_by_role("radio", name="5 stars").click()
    photographed(page, "sign-up")
    page.get_by_role("button", name="Sign up and see my films").click()
    expect(page.get_by_role("heading", name="For you", level=1)).to_be_visible()
    settled(page)


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="For you", level=1)).to_be_visible()
    settled(page)


def test_a_viewer_signs_up_rates_searches_and_returns(opened, email):
    page = opened("/")
    photographed(page, "welcome")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    settled(page)
    sign_up(page, email)
    photographed(page, "for-you")
    assert page.get_by_text("Hello, Ann <script>alert(1)</script>").is_visible()

    # a rating changes the shelves
    title = first_title(page)
    stars(page, title).get_by_role("radio", name="4 stars").click()
    expect(page.get_by_text(f"Saved: 4 stars for {title}")).to_be_visible()
    expect(stars(page, title)).to_have_count(0)
    photographed(page, "for-you-after-a-rating")

    # a search, and its address for somebody else
    page.get_by_role("link", name="Search").click()
    settled(page)
    page.get_by_label("Title").fill("casablnca")
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_role("heading", name="Casablanca")).to_be_visible()
    expect(page).to_have_url(re.compile("title=casablnca"))
    settled(page)
    photographed(page, "search")
    somebody_else = opened(page.url)
    expect(somebody_else.get_by_role("heading", name="Casablanca")).to_be_visible()
    expect(somebody_else.get_by_text("Hello")).to_have_count(0)

    # signed in after a reload, out, and in again
    page.goto("/ratings")
    settled(page)
    expect(page.get_by_text("You have rated 2 films.")).to_be_visible()
    photographed(page, "my-ratings")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Films that you will like")).to_be_visible()
    page.goto("/sign-in")
    settled(page)
    sign_in(page, email)

    # in French, on a phone
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", name="Pour vous", level=1)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "fr"
    page.set_viewport_size(PHONE)
    settled(page)
    photographed(page, "for-you-phone-french")
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide


def test_two_viewers_at_once_see_their_own_data(opened, new_viewer):
    ann, ann_token = new_viewer(name="Ann", ratings={"1": 5.0}, country="JP")
    bob, bob_token = new_viewer(name="Bob", ratings={"2": 1.0, "3": 2.0}, country="DE")
    at_ann, at_bob = opened("/ratings", token=ann_token), opened("/ratings", token=bob_token)
    expect(at_ann.get_by_text("You have rated 1 film.")).to_be_visible()
    expect(at_bob.get_by_text("You have rated 2 films.")).to_be_visible()
    for page, mine, other in ((at_ann, ann, bob), (at_bob, bob, ann)):
        page.goto("/profile")
        settled(page)
        expect(page.get_by_label("E-mail address")).to_have_value(mine.email)
        assert other.email not in page.content()
        assert other.name not in page.get_by_role("main").inner_text()


@pytest.mark.parametrize("token", ["forged", "%27%20or%201%3D1"])
def test_a_forged_cookie_signs_nobody_in(opened, token):
    page = opened("/", token=token)
    expect(page.get_by_role("heading", name="Films that you will like")).to_be_visible()
    page.goto("/profile")
    settled(page)
    expect(page.get_by_label("E-mail address")).to_have_count(0)
