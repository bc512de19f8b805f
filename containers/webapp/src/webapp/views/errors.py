"""Errors as viewers see them: a sentence, a fallback, a page that comes back by itself."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from webapp.accounts import passwords, throttle
from webapp.accounts.profile import AccountError
from webapp.base.translation import Translation
from webapp.views.browser import words
from webapp.views.page_context import PageContext
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse

#: Seconds between two looks whether Snowflake answers again.
RETRY_SECONDS = 5

log = logging.getLogger("webapp")


@contextmanager
def handled(context: PageContext, fallback: Callable[[PageContext], None]) -> Iterator[None]:
    """Show a notice and the fallback when Snowflake fails inside the block."""
    if context.is_away:
        _say_away(context)
    try:
        yield
    except WarehouseAwayError:
        log.warning("Snowflake is away", exc_info=True)
        if not context.is_away:
            _say_away(context)
        with suppress(WarehouseAwayError):  # nothing is cached yet
            fallback(context)
    except StatementRefusedError:
        log.exception("a statement was refused")
        st.error(context.t("errors.refused"), icon=":material/error:")


def message(error: Exception, t: Translation) -> str:
    """The sentence for the viewer whose form or button failed."""
    if isinstance(error, AccountError):
        return t(error.reason, minimum=passwords.MINIMUM_LENGTH)
    if isinstance(error, throttle.TooManyAttemptsError):
        return t("account.too_many_attempts", wait=t.duration(error.wait))
    return t("errors.not_saved")


#: Errors of a form or a button that are shown to the viewer.
EXPECTED = (
    AccountError,
    throttle.TooManyAttemptsError,
    WarehouseAwayError,
    StatementRefusedError,
)


def run_action(action: Callable[[], object], success: str) -> bool:
    """Run the action of a button, in its callback; the page that follows shows how it went.

    True if it went well.
    """
    try:
        action()
    except EXPECTED as error:
        log.warning("an action failed", exc_info=True)
        st.session_state["notice"] = (message(error, words()), ":material/error:")
        return False
    st.session_state["notice"] = (success, ":material/check:")
    return True


def show_notice() -> None:
    """Show how the last action went."""
    notice = st.session_state.pop("notice", None)
    if notice is not None:
        text, icon = notice
        st.toast(text, icon=icon)


def _say_away(context: PageContext) -> None:
    st.warning(context.t("errors.away"), icon=":material/cloud_off:")
    _retry(context.warehouse)


@st.fragment(run_every=RETRY_SECONDS)
def _retry(warehouse: Warehouse) -> None:
    try:
        warehouse.rows("select 1 as answer")
    except WarehouseAwayError:
        return
    st.rerun()
