"""The app's frame: navigation, account line, page and errors."""

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from webapp.app_pages import visible_pages
from webapp.base.markdown import escaped
from webapp.base.paths import LANGUAGE_PATH
from webapp.base.translation import LANGUAGES, Translation
from webapp.views import browser, errors, film_cards, page_context
from webapp.views.page import Page
from webapp.views.page_context import PageContext

_HERE = Path(__file__).parent
_PAGES = _HERE / "app_pages"
_ICON = _HERE / "icon.svg"


def main() -> None:
    """Run the page of the address, inside the frame."""
    context = page_context.current()
    st.set_page_config(page_title=context.t("app.title"), page_icon=str(_ICON), layout="wide")
    st.html(_HERE / "app.css")
    shown = visible_pages(is_signed_in=context.viewer is not None)
    page = st.navigation(
        [_page(name, place, context.t) for name, place in shown.items()], position="top"
    )
    _account_line(context, page.url_path)
    errors.show_notice()
    with errors.handled(context, film_cards.last_known_films):
        page.run()
    st.caption(context.t("app.credits"))


def _page(name: str, page: Page, t: Translation) -> st.Page:
    return st.Page(
        _PAGES / f"{name}.py",
        title=t(f"{name}.title"),
        icon=page.icon,
        url_path=page.path,
        default=not page.path,
    )


def _account_line(context: PageContext, path: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if context.viewer is not None:
            st.markdown(context.t("app.hello", name=escaped(context.viewer.name)), width="content")
        st.html(_language_links(context.t, path), width="content")
        if context.viewer is not None and st.button(
            context.t("app.sign_out"), icon=":material/logout:", type="tertiary"
        ):
            browser.leave()


def _language_links(t: Translation, path: str) -> str:
    back = f"/{path}?{urlencode(st.query_params.to_dict())}".rstrip("?")
    links = [
        f'<a href="{LANGUAGE_PATH}/{code}?{urlencode({"back": back})}" target="_self"'
        f' lang="{code}" hreflang="{code}">{name}</a>'
        for code, name in LANGUAGES.items()
        if code != t.language
    ]
    return f'<nav class="language">{" ".join(links)}</nav>'


main()
