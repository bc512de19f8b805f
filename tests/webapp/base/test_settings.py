"""The environment of the web app."""

import pytest
from webapp.base.settings import SettingsError, read

GOOD = {"SNOWREEL_SNOWFLAKE_CONNECTION": '{"account": "a"}'}


def test_most_settings_have_defaults():
    settings = read(GOOD)
    assert settings.connection == {"account": "a"}
    assert settings.public_url == "http://localhost:8501"
    assert not settings.is_secure


def test_an_https_address_makes_cookies_secure():
    settings = read(GOOD | {"SNOWREEL_WEBAPP_URL": "https://films.example.org/"})
    assert settings.public_url == "https://films.example.org"
    assert settings.is_secure


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SNOWREEL_SNOWFLAKE_CONNECTION", ""),
        ("SNOWREEL_SNOWFLAKE_CONNECTION", "account=a"),
        ("SNOWREEL_SNOWFLAKE_CONNECTION", "[]"),
        ("SNOWREEL_WEBAPP_PORT", "http"),
        ("SNOWREEL_WEBAPP_URL", "films.example.org"),
        ("SNOWREEL_WEBAPP_URL", "https://films.example.org/app"),
        ("SNOWREEL_WEBAPP_URL", "javascript:alert(1)"),
    ],
)
def test_an_error_names_the_wrong_variable(variable, value):
    with pytest.raises(SettingsError, match=variable):
        read(GOOD | {variable: value})
