"""Streamlit's ASGI application with the app's own routes and headers."""

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from webapp.base.cookies import Cookies
from webapp.base.settings import Settings
from webapp.exposures.shared import shared_recorder
from webapp.server.middleware import SecurityHeaders
from webapp.server.routes import Routes
from webapp.views.browser import words
from webapp.warehouse.connection import shared_warehouse

_SCRIPT = Path(__file__).parent.parent / "app.py"

log = logging.getLogger("webapp")


def application(of: Settings) -> st.App:
    """The app as an ASGI application."""
    cookies = Cookies.of(of)
    return st.App(
        _SCRIPT,
        lifespan=lifespan,
        routes=Routes(shared_warehouse(), cookies).all(),
        middleware=[Middleware(SecurityHeaders, is_secure=of.is_secure)],
        on_script_error=report_bug,
    )


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Write what pages have shown before the process ends."""
    yield
    await run_in_threadpool(shared_recorder().close)


def report_bug(error: Exception) -> bool:
    """Log an error that nothing else caught; the viewer gets a number to quote, never a trace."""
    number = secrets.token_hex(4)
    log.error("bug %s", number, exc_info=error)
    st.error(words()("app.bug", number=number), icon=":material/bug_report:")
    return True
