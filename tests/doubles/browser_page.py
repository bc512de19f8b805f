"""Steps of the web app's tests on a page in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
PASSWORD = "a long enough password"
TIMEOUT_MILLISECONDS = 60_000

expect.set_options(timeout=TIMEOUT_MILLISECONDS)


def settled(page: Page) -> None:
    """Wait until the page has its heading and Streamlit has nothing left to do."""
    page.get_by_role("heading", level=1).first.wait_for()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0)


def photographed(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called `name`; it must be visible there."""
    for _ in range(150):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const at = document.activeElement;
                const label = at.getAttribute("aria-label") || at.labels?.[0]?.innerText
                    || at.innerText || at.textContent || "";
                return label.trim().replace(/^Help for .*/, "");
            }"""
        )
        if focused.startswith(name) or focused.endswith(name):
            return
    pytest.fail(f"Tab never comes to {name!r}.")


def stars(page: Page, title: str) -> Locator:
    return page.get_by_role("radiogroup", name=f"Your rating of {title}", exact=True)


def first_title(page: Page) -> str:
    name = page.get_by_role("radiogroup").first.get_attribute("aria-label")
    assert name is not None
    return name.removeprefix("Your rating of ")


def titles(page: Page) -> list[str]:
    return page.get_by_role("heading", level=3).all_inner_texts()
