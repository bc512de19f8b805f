"""The app in a real browser: one journey, one by keyboard, and no barrier on any page."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from webapp.accounts.sign_in import signed_in
from webapp.accounts.viewer import Viewer
from webapp.base import clock
from webapp.taste import queries as taste_queries
from webapp.warehouse.warehouse import Warehouse

SCREENSHOTS = Path(__file__).parent.parent / "screenshots"
PASSWORD = "a long enough password"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
CHROMIUM = shutil.which("chromium")
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
TIMEOUT_MILLISECONDS = 60_000

expect.set_options(timeout=TIMEOUT_MILLISECONDS)

SIGNED_OUT = ("/", "/search", "/search?title=zzzzzz", "/data", "/sign-up", "/sign-in")
SIGNED_IN = ("/", "/search", "/ratings", "/data", "/profile")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: `apt-get install chromium` brings it")
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


def settled(page: Page) -> None:
    """Wait until the page has its heading and Streamlit has nothing left to do."""
    page.get_by_role("heading", level=1).first.wait_for()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0)


def photographed(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def stars(page: Page, title: str) -> Locator:
    return page.get_by_role("radiogroup", name=f"Your rating of {title}", exact=True)


def first_title(page: Page) -> str:
    name = page.get_by_role("radiogroup").first.get_attribute("aria-label")
    assert name is not None
    return name.removeprefix("Your rating of ")


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


# --- journeys ------------------------------------------------------------------------------------


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


def test_the_profile_is_changed_by_keyboard(opened, new_viewer, warehouse):
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
    expect(page.get_by_text("Saved")).to_be_visible()
    settled(page)
    found = sign_in_of(warehouse, token)
    assert (found.name, found.country, found.email) == ("Kim the Second", "JP", viewer.email)
    assert taste_queries.preferences_of(warehouse, viewer.viewer_id).never == {"Horror"}


def titles(page: Page) -> list[str]:
    return page.get_by_role("heading", level=3).all_inner_texts()


def sign_in_of(warehouse: Warehouse, token: str) -> Viewer:
    found = signed_in(warehouse, token, clock.now())
    assert found is not None
    return found.viewer


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


# --- two viewers, and those who have no business here --------------------------------------------


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


# --- barriers ------------------------------------------------------------------------------------


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
