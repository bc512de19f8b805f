"""No barrier on any page, as axe-core sees them in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_page import photographed, settled
from playwright.sync_api import Page

SIGNED_OUT = ("/", "/search", "/search?title=zzzzzz", "/data", "/sign-up", "/sign-in")
SIGNED_IN = ("/", "/search", "/ratings", "/data", "/profile")


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
def test_no_page_has_a_barrier_for_those_who_are_signed_out(opened, locale):
    page = opened("/", locale=locale)
    barriers = [barrier for path in SIGNED_OUT for barrier in barriers_at(page, path)]
    assert barriers == []


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
def test_no_page_has_a_barrier_for_those_who_are_signed_in(opened, new_viewer, locale):
    _, token = new_viewer(language=locale[:2])
    page = opened("/", locale=locale, token=token)
    barriers = [barrier for path in SIGNED_IN for barrier in barriers_at(page, path)]
    assert barriers == []


def test_the_dark_theme_has_no_barrier_for_those_who_are_signed_out(opened):
    page = opened("/")
    page.emulate_media(color_scheme="dark")
    barriers = [barrier for path in SIGNED_OUT for barrier in barriers_at(page, path, "dark")]
    assert barriers == []


def test_the_dark_theme_has_no_barrier_for_those_who_are_signed_in(opened, new_viewer):
    _, token = new_viewer()
    page = opened("/", token=token)
    page.emulate_media(color_scheme="dark")
    barriers = [barrier for path in SIGNED_IN for barrier in barriers_at(page, path, "dark")]
    assert barriers == []
    assert is_dark(page)


def is_dark(page: Page) -> bool:
    """True for a page with a background darker than its text."""
    colours = page.evaluate(
        """() => {
            const style = getComputedStyle(document.querySelector('[data-testid="stApp"]'));
            return [style.backgroundColor, style.color];
        }"""
    )
    background, text = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    return background < text


def barriers_at(page: Page, path: str, theme: str = "") -> list[str]:
    """The serious and critical findings of axe-core on a page, each with what it is about."""
    page.goto(path)
    settled(page)
    language = page.locator("html").get_attribute("lang")
    photographed(page, f"page{re.sub(r'[^a-z]+', '-', path)}{language}{theme}")
    violations = Axe().run(page).response["violations"]
    return [
        f"{path}: {violation['id']}: {node['html'][:300]}"
        for violation in violations
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
