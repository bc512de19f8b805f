"""The app's frame: navigation, account line, page and errors."""

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from webapp import errors, film_view
from webapp import visit as visits
from webapp.markdown import escaped
from webapp.pages import AppPage, pages
from webapp.routes import LANGUAGE_PATH
from webapp.translation import LANGUAGES, Translation
from webapp.visit import Visit

_HERE = Path(__file__).parent
_PAGES = _HERE / "app_pages"
_ICON = _HERE / "icon.svg"


def main() -> None:
    """Run the page that the address names, inside the frame."""
    visit = visits.current()
    st.set_page_config(page_title=visit.t("app.title"), page_icon=str(_ICON), layout="wide")
    st.html(_HERE / "app.css")
    shown = pages(is_signed_in=visit.viewer is not None)
    page = st.navigation([_page(item, visit.t) for item in shown], position="top")
    _account_line(visit, page.url_path)
    errors.show_notice()
    with errors.handled(visit, film_view.last_known_films):
        page.run()
    st.caption(visit.t("app.credits"))


def _page(page: AppPage, t: Translation) -> st.Page:
    return st.Page(
        _PAGES / f"{page.script}.py",
        title=t(f"nav.{page.script}"),
        icon=page.icon,
        url_path=page.path,
        default=not page.path,
    )


def _account_line(visit: Visit, path: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if visit.viewer is not None:
            st.markdown(visit.t("app.hello", name=escaped(visit.viewer.name)), width="content")
        st.html(_language_links(visit.t, path), width="content")
        if visit.viewer is not None and st.button(
            visit.t("app.sign_out"), icon=":material/logout:", type="tertiary"
        ):
            visits.leave()


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
