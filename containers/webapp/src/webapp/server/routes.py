"""Routes beside Streamlit's: the pages' document, cookies, the language."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.file_util import get_static_dir

from webapp.accounts import sign_in, tokens
from webapp.accounts.cleanup import Cleanup
from webapp.app_pages import paths
from webapp.base import clock
from webapp.base.cookies import Cookies
from webapp.base.paths import LANGUAGE_PATH, TICKET_PATH
from webapp.base.translation import LANGUAGES, preferred, translation
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse

LANGUAGE_LIFETIME = timedelta(days=365)


class Routes:
    """The app's own routes, over one warehouse."""

    def __init__(self, warehouse: Warehouse, cookies: Cookies) -> None:
        self._warehouse = warehouse
        self._cookies = cookies
        self._cleanup = Cleanup(warehouse)

    def all(self) -> Sequence[Route]:
        """The routes; they come before Streamlit's."""
        return [
            *(Route(f"/{path}", self.document) for path in paths()),
            Route(TICKET_PATH, self.use_ticket),
            Route(f"{LANGUAGE_PATH}/{{language}}", self.choose_language),
        ]

    async def document(self, request: Request) -> Response:
        """The document of every page, in the viewer's language; the answer marks the browser."""
        chosen = request.cookies.get(self._cookies.name("language"))
        accepted = request.headers.get("accept-language", "").split(",")
        language = preferred(chosen, *(item.split(";")[0].strip() for item in accepted))
        response = HTMLResponse(document(language), headers={"cache-control": "no-store"})
        if self._cookies.name("browser") not in request.cookies:
            self._cookies.set(response, "browser", tokens.new())
        return response

    async def use_ticket(self, request: Request) -> Response:
        """Trade a ticket for the session's cookie, and go home."""
        try:
            response = await run_in_threadpool(self._redeemed, request)
        except sign_in.TicketError:
            return RedirectResponse("/sign-in?ticket=refused", 303)
        except (WarehouseAwayError, StatementRefusedError):
            return RedirectResponse("/sign-in?ticket=away", 303)
        response.background = BackgroundTask(self._cleanup.run_if_due, clock.now())
        return response

    async def choose_language(self, request: Request) -> Response:
        """Keep the language in a cookie, and go back to where the viewer was."""
        language = request.path_params["language"]
        if language not in LANGUAGES:
            return PlainTextResponse("There is no such language here.", 404)
        response = RedirectResponse(own_path(request.query_params.get("back", "/")), 303)
        self._cookies.set(response, "language", language, LANGUAGE_LIFETIME)
        return response

    def _redeemed(self, request: Request) -> Response:
        browser = request.cookies.get(self._cookies.name("browser"), "")
        token = request.query_params.get("ticket", "")
        now = clock.now()
        session_token = sign_in.redeem(self._warehouse, token, browser, now)
        response = RedirectResponse("/", 303)
        if session_token is None:
            self._cookies.remove(response, "session")
            return response
        self._cookies.set(response, "session", session_token, sign_in.SESSION_LIFETIME)
        signed_in = sign_in.signed_in(self._warehouse, session_token, now)
        if signed_in and self._cookies.name("language") not in request.cookies:
            language = signed_in.viewer.language
            self._cookies.set(response, "language", language, LANGUAGE_LIFETIME)
        return response


@lru_cache
def document(language: str) -> str:
    """Streamlit's document, with the app's name and the language."""
    text = Path(get_static_dir(), "index.html").read_text("utf-8")
    title = translation(language)("app.title")
    return text.replace('<html lang="en">', f'<html lang="{language}">').replace(
        "<title>Streamlit</title>", f"<title>{title}</title>"
    )


def own_path(address: str) -> str:
    """`address` if it is a path of this app, else the app's first page."""
    parts = urlsplit(address)
    is_own = not parts.scheme and not parts.netloc and address.startswith("/")
    # Browsers read "//" and "/\" as the beginning of another host.
    return address if is_own and address[1:2] not in {"/", "\\"} else "/"
