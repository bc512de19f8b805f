"""Settings of the web app, from variables of the environment."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A variable of the environment is missing or malformed; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One web app: its way to Snowflake, and the way of browsers to it."""

    #: Keyword arguments of `snowflake.connector.connect`; no secret in them.
    connection: Mapping[str, Any]
    #: The address that browsers use, for example `https://films.example.org`.
    public_url: str
    #: Address and TCP port to listen on.
    host: str
    port: int
    #: Deployed model that estimates ratings; empty: the first one in service.
    model_name: str
    #: Proxies whose `X-Forwarded-*` headers are believed: addresses or networks, comma-separated.
    trusted_proxies: str

    @property
    def is_secure(self) -> bool:
        """True for an app that browsers reach over HTTPS; its cookies are for HTTPS alone."""
        return self.public_url.startswith("https://")


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings; raise SettingsError naming what is wrong."""
    port = environ.get("SNOWREEL_WEBAPP_PORT", "8501")
    if not port.isdecimal():
        raise SettingsError(f"The variable SNOWREEL_WEBAPP_PORT must be a number, not {port!r}.")
    return Settings(
        connection=_connection(environ),
        public_url=_public_url(environ.get("SNOWREEL_WEBAPP_URL", f"http://localhost:{port}")),
        host=environ.get("SNOWREEL_WEBAPP_HOST", "0.0.0.0"),  # noqa: S104 - a container listens to all
        port=int(port),
        model_name=environ.get("SNOWREEL_MODEL_NAME", ""),
        trusted_proxies=environ.get("SNOWREEL_TRUSTED_PROXIES", "127.0.0.1"),
    )


@lru_cache
def settings() -> Settings:
    """Settings of this process, read once."""
    return read(os.environ)


def _connection(environ: Mapping[str, str]) -> Mapping[str, Any]:
    name = "SNOWREEL_SNOWFLAKE_CONNECTION"
    text = environ.get(name, "")
    try:
        arguments = json.loads(text)
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        raise SettingsError(
            f"The variable {name} must hold the keyword arguments of the Snowflake connection "
            "as a JSON object."
        )
    return arguments


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise SettingsError(
            f"The variable SNOWREEL_WEBAPP_URL must be an address without a path, not {url!r}."
        )
    return f"{parts.scheme}://{parts.netloc}"
