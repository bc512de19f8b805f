"""What viewers are told when something is missing, and how the page comes back by itself."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from webapp import accounts, passwords, throttle
from webapp.translation import Translation
from webapp.visit import Visit, words
from webapp.warehouse import StatementRefusedError, Warehouse, WarehouseAwayError

#: How often a page in trouble looks whether the trouble is over.
LOOK_AGAIN_SECONDS = 5

log = logging.getLogger("webapp")


@contextmanager
def told(visit: Visit, offer: Callable[[Visit], None]) -> Iterator[None]:
    """Trouble with Snowflake in the block becomes a sentence, and what `offer` can still show."""
    if visit.is_away:
        _say_away(visit)
    try:
        yield
    except WarehouseAwayError:
        log.warning("Snowflake is away", exc_info=True)
        if not visit.is_away:
            _say_away(visit)
        with suppress(WarehouseAwayError):  # nothing is cached yet
            offer(visit)
    except StatementRefusedError:
        log.exception("a statement was refused")
        st.error(visit.t("trouble.refused"), icon=":material/error:")


def sentence(error: Exception, t: Translation) -> str:
    """What a form says when it cannot be accepted."""
    if isinstance(error, accounts.AccountError):
        return t(error.reason, minimum=passwords.MINIMUM_LENGTH)
    if isinstance(error, throttle.TooManyAttemptsError):
        return t("account.too_many_attempts", wait=t.duration(error.wait))
    return t("trouble.not_saved")


#: What stops a form or a button and is told to the viewer.
REFUSALS = (
    accounts.AccountError,
    throttle.TooManyAttemptsError,
    WarehouseAwayError,
    StatementRefusedError,
)


def act(action: Callable[[], object], done: str) -> None:
    """Do what a button asks, in its callback; the next run of the page says `done` or why not."""
    try:
        action()
    except REFUSALS as error:
        log.warning("an action failed", exc_info=True)
        st.session_state["notice"] = (sentence(error, words()), ":material/error:")
    else:
        st.session_state["notice"] = (done, ":material/check:")


def show_notice() -> None:
    """Say what the last action came to."""
    notice = st.session_state.pop("notice", None)
    if notice is not None:
        text, icon = notice
        st.toast(text, icon=icon)


def _say_away(visit: Visit) -> None:
    st.warning(visit.t("trouble.away"), icon=":material/cloud_off:")
    _look_again(visit.warehouse)


@st.fragment(run_every=LOOK_AGAIN_SECONDS)
def _look_again(warehouse: Warehouse) -> None:
    try:
        warehouse.rows("select 1 as answer")
    except WarehouseAwayError:
        return
    st.rerun()
