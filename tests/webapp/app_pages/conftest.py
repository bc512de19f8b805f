"""The app as Streamlit runs it, without a browser."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
import webapp
from streamlit.testing.v1 import AppTest
from webapp.base import settings
from webapp.exposures import shared
from webapp.views import browser as browsers
from webapp.views import services
from webapp.warehouse import connection

SCRIPT = Path(webapp.__file__).parent / "app.py"


class OpenedApp:
    """A simulated app, and the parts of its page that tests read."""

    def __init__(self, app: AppTest) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)

    @property
    def headings(self) -> list[str]:
        return [heading.value for heading in self._app.header]

    @property
    def html(self) -> str:
        return "\n".join(self._html_blocks())

    @property
    def redirect(self) -> str:
        """The script that sends the browser elsewhere, or nothing."""
        return next((body for body in self._html_blocks() if "location.replace" in body), "")

    def submit(self, label: str, index: int = 0) -> None:
        """Click the button with this label; it must raise nothing."""
        buttons = [button for button in self._app.button if button.label == label]
        buttons[index].click().run()
        assert not self._app.exception, self._app.exception

    def _html_blocks(self) -> list[str]:
        return [block.proto.body for block in self._app.get("html")]


@pytest.fixture(autouse=True)
def process(
    monkeypatch: pytest.MonkeyPatch, connection_arguments: dict[str, Any]
) -> Iterator[None]:
    """The process that serves the app, pointed at the stack; its caches are empty."""
    monkeypatch.setenv("SNOWREEL_SNOWFLAKE_CONNECTION", json.dumps(connection_arguments))
    for cached in (
        settings.settings,
        connection.shared_warehouse,
        shared.shared_recorder,
        services.services,
    ):
        cached.cache_clear()
    st.cache_resource.clear()
    yield
    shared.shared_recorder().close()
    connection.shared_warehouse().close()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """The browser's cookies; None where it has none."""
    cookies: dict[str, str | None] = {"browser": "mark"}
    monkeypatch.setattr(browsers, "cookie", cookies.get)
    return cookies


@pytest.fixture
def opened(browser: dict[str, str | None]) -> Callable[..., OpenedApp]:
    """Opens a page of the app."""

    def page(
        script: str = "", *, token: str | None = None, language: str = "en", **query: str
    ) -> OpenedApp:
        browser["session"] = token
        app = AppTest.from_file(str(SCRIPT), default_timeout=30)
        app.context["locale"] = language
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        if script:
            app.switch_page(f"app_pages/{script}.py").run()
        assert not app.exception, app.exception
        return OpenedApp(app)

    return page


@pytest.fixture
def viewer(new_viewer: Callable[..., Any]) -> Any:
    """Somebody who has just signed up, and the token of a session."""
    return new_viewer()
