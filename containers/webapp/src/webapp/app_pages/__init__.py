"""Pages of the app: each module here is one, found by its file, with its place in `PAGE`.

Streamlit runs a page's file as a script, and the server reads its place by import. The folder is
not called `pages`: beside `app.py` Streamlit takes a folder of that name for the navigation itself.
"""

import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module

from webapp.views.page import Page


@lru_cache
def pages() -> Mapping[str, Page]:
    """All pages by name, in the order of the navigation."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found: dict[str, Page] = {name: import_module(f"{__name__}.{name}").PAGE for name in names}
    return dict(sorted(found.items(), key=lambda item: item[1].position))


def visible_pages(*, is_signed_in: bool) -> Mapping[str, Page]:
    """The pages that a viewer sees, the first page first."""
    hidden = "signed out" if is_signed_in else "signed in"
    return {name: page for name, page in pages().items() if page.audience != hidden}


def paths() -> frozenset[str]:
    """The paths of all pages."""
    return frozenset(page.path for page in pages().values())
