"""A headless browser, and pages of the running web app in it."""

import shutil
from collections.abc import Iterator

import pytest
from browser_page import TIMEOUT_MILLISECONDS, settled
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
#: The one without a window comes first: a page takes it half the processor's time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
#: A headless browser in a container, as root, that talks to nobody but the app.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a file: as long as Playwright runs, no other test may run an event loop."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: `apt-get install chromium-headless-shell` brings it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, stack):
    """Opens pages in a browser of its own; its page must throw no error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def page(path="/", *, locale="en-US", viewport=DESKTOP, token=None) -> Page:
        context = browser.new_context(
            locale=locale, viewport=viewport, base_url=stack.stack.webapp_url
        )
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        contexts.append(context)
        if token:
            context.add_cookies(
                [
                    {"name": f"snowreel-{name}", "value": value, "url": stack.stack.webapp_url}
                    for name, value in (("session", token), ("language", locale[:2]))
                ]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        settled(page)
        return page

    yield page
    for context in contexts:
        context.close()
    assert errors == []
