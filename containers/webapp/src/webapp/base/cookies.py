"""Cookies of the app: the session, the mark of the browser, the language."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from starlette.responses import Response

from webapp.base.settings import Settings

CookieName = Literal["session", "browser", "language"]


@dataclass(frozen=True)
class Cookies:
    """Names and attributes of the cookies: no script reads them, no other site sends them."""

    is_secure: bool

    @classmethod
    def of(cls, settings: Settings) -> "Cookies":
        """The cookies of the app with these settings."""
        return cls(settings.is_secure)

    def name(self, cookie: CookieName) -> str:
        """The cookie's name. The prefix `__Host-` makes browsers refuse one that others set."""
        return f"{'__Host-' if self.is_secure else ''}snowreel-{cookie}"

    def set(
        self,
        response: Response,
        cookie: CookieName,
        value: str,
        lifetime: timedelta | None = None,
    ) -> None:
        """Set a cookie in the browser that gets `response`; by default until it is closed."""
        response.set_cookie(
            self.name(cookie),
            value,
            max_age=int(lifetime.total_seconds()) if lifetime else None,
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )

    def remove(self, response: Response, cookie: CookieName) -> None:
        """Remove a cookie from the browser that gets `response`."""
        response.delete_cookie(
            self.name(cookie), path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )
