"""The app's pages: their addresses, and who sees them."""

from dataclasses import dataclass
from typing import Literal

Audience = Literal["everybody", "signed in", "signed out"]


@dataclass(frozen=True)
class AppPage:
    """One page: a script in `app_pages/`, its path in the address, its icon."""

    script: str
    path: str
    icon: str
    audience: Audience


PAGES = (
    AppPage("welcome", "", ":material/movie:", "signed out"),
    AppPage("for_you", "", ":material/movie:", "signed in"),
    AppPage("search", "search", ":material/search:", "everybody"),
    AppPage("my_ratings", "ratings", ":material/star:", "signed in"),
    AppPage("dashboard", "data", ":material/bar_chart:", "everybody"),
    AppPage("profile", "profile", ":material/person:", "signed in"),
    AppPage("sign_up", "sign-up", ":material/person_add:", "signed out"),
    AppPage("sign_in", "sign-in", ":material/login:", "signed out"),
)

PATHS = tuple(dict.fromkeys(page.path for page in PAGES))


def pages(*, is_signed_in: bool) -> tuple[AppPage, ...]:
    """The pages that a viewer sees, the first page first."""
    hidden = "signed out" if is_signed_in else "signed in"
    return tuple(page for page in PAGES if page.audience != hidden)
