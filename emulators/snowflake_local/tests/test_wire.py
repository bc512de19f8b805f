"""The wire itself, as clients other than the Python connector 4 read it."""

import httpx
import pytest

LOGIN = "/session/v1/login-request"


@pytest.fixture
def http(server):
    with httpx.Client(base_url=f"http://localhost:{server.port}", trust_env=False) as client:
        yield client


def sign_in(http):
    document = {"data": {"LOGIN_NAME": "analyst", "PASSWORD": "any", "ACCOUNT_NAME": "local"}}
    return http.post(LOGIN, json=document).json()["data"]


def test_lifetimes_are_whole_seconds(http):
    """Connector 5 reads them as whole numbers and signs nobody in whose answer has a fraction."""
    text = http.post(LOGIN, json={"data": {"LOGIN_NAME": "analyst", "PASSWORD": "any"}}).text
    assert '"validityInSeconds":14400,' in text
    assert '"masterValidityInSeconds":14400,' in text


@pytest.mark.parametrize("path", ["/monitoring/queries/", "/monitoring/queries//"])
def test_the_state_of_a_statement_is_told_under_either_path(http, path):
    """Connector 5 writes two slashes."""
    headers = {"Authorization": f'Snowflake Token="{sign_in(http)["token"]}"'}
    asked = {"sqlText": "select 42", "asyncExec": True}
    answer = http.post("/queries/v1/query-request", json=asked, headers=headers).json()
    query = answer["data"]["queryId"]
    (state,) = http.get(f"{path}{query}", headers=headers).json()["data"]["queries"]
    assert state["id"] == query
