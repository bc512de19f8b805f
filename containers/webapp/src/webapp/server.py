"""The server: Streamlit's ASGI application with the app's own routes and headers."""

import logging
import secrets
import sys
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.middleware import Middleware

from webapp.base.cookies import Cookies
from webapp.base.settings import Settings, SettingsError, settings
from webapp.middleware import SafeHeaders
from webapp.routes import Routes
from webapp.views.page_context import words
from webapp.warehouse.connection import shared_warehouse

_SCRIPT = Path(__file__).parent / "app.py"
#: Seconds that open requests get to finish when the server is told to end.
_SHUTDOWN_GRACE_SECONDS = 3

log = logging.getLogger("webapp")


def application(of: Settings) -> st.App:
    """The app as an ASGI application."""
    cookies = Cookies.of(of)
    return st.App(
        _SCRIPT,
        routes=Routes(shared_warehouse(), cookies).all(),
        middleware=[Middleware(SafeHeaders, is_secure=of.is_secure)],
        on_script_error=report_bug,
    )


def report_bug(error: Exception) -> bool:
    """Log an error that nothing else caught; the viewer gets a number to quote, never a trace."""
    number = secrets.token_hex(4)
    log.error("bug %s", number, exc_info=error)
    st.error(words()("app.bug", number=number), icon=":material/bug_report:")
    return True


def main() -> None:
    """Serve until told to end; a wrong setting is one sentence and exit code 1."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # It reports each session that opens and each statement that runs.
    logging.getLogger("snowflake.connector").setLevel(logging.WARNING)
    try:
        of = settings()
    except SettingsError as error:
        sys.exit(str(error))
    uvicorn.run(
        application(of),
        host=of.host,
        port=of.port,
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        proxy_headers=True,
        forwarded_allow_ips=of.trusted_proxies,
        timeout_graceful_shutdown=_SHUTDOWN_GRACE_SECONDS,
    )
