"""Routes of the server: cookies, redirects, headers, the document's language."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from webapp.accounts import sign_in
from webapp.base import clock
from webapp.base.cookies import Cookies
from webapp.base.paths import TICKET_PATH
from webapp.server.middleware import SecurityHeaders
from webapp.server.routes import Routes, own_path


@pytest.fixture(params=[False, True], ids=["http", "https"])
def is_secure(request):
    return request.param


@pytest.fixture
def cookies(is_secure) -> Cookies:
    return Cookies(is_secure)


class Browser:
    """A client of the application, without a network; it keeps cookies and follows nothing."""

    def __init__(self, app, address):
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=address, follow_redirects=False
        )
        self.cookies = self._client.cookies

    def get(self, path, **options):
        return asyncio.run(self._client.get(path, **options))

    def post(self, path):
        return asyncio.run(self._client.post(path))


@pytest.fixture
def client(warehouse, cookies, is_secure) -> Browser:
    app = Starlette(
        routes=Routes(warehouse, cookies).all(),
        middleware=[Middleware(SecurityHeaders, is_secure=is_secure)],
    )
    return Browser(app, "https://films.example.org" if is_secure else "http://localhost")


@pytest.fixture
def marked(client, cookies) -> str:
    """The mark of the client's browser."""
    client.get("/")
    return client.cookies[cookies.name("browser")]


def test_the_document_marks_the_browser_once(client, cookies):
    first = client.get("/")
    assert first.status_code == 200
    assert cookies.name("browser") in first.headers["set-cookie"]
    assert "set-cookie" not in client.get("/search").headers


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, is_secure):
    header = client.get("/").headers["set-cookie"].lower()
    assert "httponly" in header
    assert "samesite=lax" in header
    assert "path=/" in header
    assert ("secure" in header) == is_secure
    assert header.startswith("__host-") == is_secure


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fr-CA,fr;q=0.9,en;q=0.5", "fr"), ("de,en", "en"), ("", "en"), ("<script>", "en")],
)
def test_the_document_says_its_language(client, accepted, language):
    text = client.get("/", headers={"accept-language": accepted}).text
    assert f'<html lang="{language}">' in text
    assert "<title>Snowreel</title>" in text


def test_the_language_is_kept_and_the_viewer_goes_back(client):
    answer = client.get("/language/fr", params={"back": "/search?title=jaws"})
    assert answer.headers["location"] == "/search?title=jaws"
    assert '<html lang="fr">' in client.get("/").text
    assert client.get("/language/zz").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "http:/evil",
    ],
)
def test_no_address_sends_a_browser_to_another_site(client, address):
    answer = client.get("/language/fr", params={"back": address})
    assert answer.headers["location"] == "/"
    assert own_path(address) == "/"


def test_a_ticket_becomes_a_session(client, cookies, warehouse, new_viewer, marked):
    viewer, _ = new_viewer(language="fr")
    ticket = sign_in.ticket(warehouse, marked, viewer.viewer_id, clock.now())
    answer = client.get(TICKET_PATH, params={"ticket": ticket})
    assert answer.headers["location"] == "/"
    token = client.cookies[cookies.name("session")]
    found = sign_in.signed_in(warehouse, token, clock.now())
    assert found is not None
    assert found.viewer == viewer
    assert client.cookies[cookies.name("language")] == "fr"


def test_a_ticket_is_refused_in_another_browser(client, cookies, warehouse, new_viewer, marked):
    viewer, _ = new_viewer()
    stolen = sign_in.ticket(warehouse, "somebody else's mark", viewer.viewer_id, clock.now())
    answer = client.get(TICKET_PATH, params={"ticket": stolen})
    assert answer.headers["location"] == "/sign-in?ticket=refused"
    assert cookies.name("session") not in client.cookies


def test_a_browser_without_a_mark_is_refused(client, warehouse, new_viewer):
    viewer, _ = new_viewer()
    ticket = sign_in.ticket(warehouse, "", viewer.viewer_id, clock.now())
    client.cookies.clear()
    answer = client.get(TICKET_PATH, params={"ticket": ticket})
    assert answer.headers["location"] == "/sign-in?ticket=refused"


def test_an_old_or_missing_ticket_is_refused(client, warehouse, new_viewer, marked):
    viewer, _ = new_viewer()
    long_ago = clock.now() - timedelta(hours=1)
    old = sign_in.ticket(warehouse, marked, viewer.viewer_id, long_ago)
    for ticket in (old, "", "x" * 10_000, "' or 1=1"):
        answer = client.get(TICKET_PATH, params={"ticket": ticket})
        assert answer.headers["location"] == "/sign-in?ticket=refused"


def test_signing_out_removes_the_cookie(client, cookies, warehouse, marked):
    client.cookies.set(cookies.name("session"), "token")
    ticket = sign_in.ticket(warehouse, marked, None, clock.now())
    answer = client.get(TICKET_PATH, params={"ticket": ticket})
    assert f"{cookies.name('session')}=" in answer.headers["set-cookie"]
    assert "max-age=0" in answer.headers["set-cookie"].lower()


def test_no_route_accepts_a_post(client):
    for path in ("/", TICKET_PATH, "/language/fr"):
        assert client.post(path).status_code == 405


def test_every_answer_carries_security_headers(client, is_secure):
    headers = client.get("/").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert ("strict-transport-security" in headers) == is_secure
