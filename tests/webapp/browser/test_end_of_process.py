"""A web app that is told to end, with a page open: what it has shown is in the warehouse."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from browser_page import settled

pytestmark = pytest.mark.thorough

PROGRAM = Path(sys.executable).with_name("snowreel-webapp")
STOP_SECONDS = 30.0


@pytest.fixture
def process(environment, free_port, wait_for, tmp_path):
    """The container's program on a port of its own, and its address."""
    port = free_port()
    address = f"http://localhost:{port}"
    variables = environment | {
        "SNOWREEL_WEBAPP_PORT": str(port),
        "SNOWREEL_WEBAPP_HOST": "localhost",
        "SNOWREEL_WEBAPP_URL": address,
        "PATH": os.environ["PATH"],
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM], env=variables, stdout=log, stderr=log)
    try:
        wait_for(lambda: _is_healthy(address), 60.0, "the start of the web app")
        yield process, address
    finally:
        process.kill()
        process.wait()


def _is_healthy(address):
    try:
        return httpx.get(f"{address}/_stcore/health", trust_env=False, timeout=5).is_success
    except httpx.HTTPError:
        return False


def test_what_an_open_page_has_shown_is_written_at_the_end(browser, process, new_viewer, warehouse):
    program, address = process
    viewer, token = new_viewer()
    with browser.new_context(base_url=address) as context:
        context.add_cookies([{"name": "snowreel-session", "value": token, "url": address}])
        page = context.new_page()
        page.goto("/")
        settled(page)
        shown = page.get_by_role("radiogroup").count()
        program.terminate()
        program.wait(STOP_SECONDS)
    rows = warehouse.rows("select film_id from shown where viewer_id = ?", viewer.viewer_id)
    assert len(rows) == shown > 10
