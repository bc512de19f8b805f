"""No barrier on any page, as axe-core sees them in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_page import photographed, settled
from playwright.sync_api import Page

pytestmark = pytest.mark.thorough

SIGNED_OUT = ("/", "/search", "/search?title=zzzzzz", "/data", "/models", "/sign-up", "/sign-in")
SIGNED_IN = ("/", "/search", "/ratings", "/data", "/models", "/profile")


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
def test_no_page_has_a_barrier_for_those_who_are_signed_out(opened, model_figures, locale):
    page = opened("/", locale=locale)
    barriers = [barrier for path in SIGNED_OUT for barrier in barriers_at(page, path, locale)]
    assert barriers == []


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
def test_no_page_has_a_barrier_for_those_who_are_signed_in(
    opened, model_figures, new_viewer, locale
):
    _, token = new_viewer(language=locale[:2])
    page = opened("/", locale=locale, token=token)
    barriers = [barrier for path in SIGNED_IN for barrier in barriers_at(page, path, locale)]
    assert barriers == []


def barriers_at(page: Page, path: str, locale: str) -> list[str]:
    """The serious and critical findings of axe-core on a page, each with what it is about.

    In English the page is looked at in both themes, one after the other.
    """
    page.emulate_media(color_scheme="light")
    page.goto(path)
    settled(page)
    found = findings(page, path, "")
    if locale.startswith("en"):
        page.emulate_media(color_scheme="dark")
        expect_dark(page)
        found += findings(page, path, "dark")
    return found


def expect_dark(page: Page) -> None:
    """Wait until the page has a background darker than its text, and nothing still fades."""
    page.wait_for_function(
        """() => {
            const light = colour => colour.match(/\\d+/g).slice(0, 3)
                .reduce((sum, part) => sum + Number(part), 0);
            const style = getComputedStyle(document.querySelector('[data-testid="stApp"]'));
            const still = document.getAnimations().every(each => each.playState !== "running");
            return still && light(style.backgroundColor) < light(style.color);
        }"""
    )


def findings(page: Page, path: str, theme: str) -> list[str]:
    language = page.locator("html").get_attribute("lang")
    photographed(page, f"page{re.sub(r'[^a-z]+', '-', path)}{language}{theme}")
    violations = Axe().run(page).response["violations"]
    return [
        f"{path} {theme}: {violation['id']}: {node['html'][:300]}"
        for violation in violations
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
