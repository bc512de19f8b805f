"""The server as a process: wrong settings, bugs, headers on every path."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import streamlit as st
from webapp.base.translation import translation
from webapp.server import application
from webapp.views import browser

from local.stack import Stack

PROGRAM = Path(sys.executable).with_name("snowreel-webapp")


def test_a_bug_is_a_number_for_the_viewer_and_a_trace_for_the_log(monkeypatch, caplog):
    said = []
    monkeypatch.setattr(st, "error", lambda text, icon: said.append(text))
    monkeypatch.setattr(application, "words", lambda: translation("fr"))
    with caplog.at_level(logging.ERROR, "webapp"):
        assert application.report_bug(RuntimeError("secret detail")) is True
    (sentence,) = said
    assert "secret" not in sentence
    number = caplog.records[0].getMessage().removeprefix("bug ")
    assert number in sentence
    assert "secret detail" in caplog.text


def test_a_wrong_setting_is_one_sentence():
    environment = {"PATH": os.environ["PATH"], "SNOWREEL_SNOWFLAKE_CONNECTION": "nonsense"}
    outcome = subprocess.run(
        [PROGRAM], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert outcome.returncode == 1
    assert outcome.stderr.count("\n") == 1
    assert "SNOWREEL_SNOWFLAKE_CONNECTION" in outcome.stderr


def test_serving_a_stack_without_a_web_app_is_refused(tmp_path):
    Stack(
        state_dir=tmp_path, warehouse_port=1, aws_port=2, gateway_port=3, sagemaker_port=4
    ).write()
    outcome = subprocess.run(
        [sys.executable, "-m", "local.webapp", tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome.returncode == 1
    assert "no web app" in outcome.stderr


def test_the_stacks_web_app_answers_with_security_headers_on_every_path(stack):
    for path in ("/", "/search", "/static/nothing", "/_stcore/health", "/language/fr"):
        answer = httpx.get(f"{stack.stack.webapp_url}{path}", trust_env=False, timeout=30)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/_stcore/agent/openapi.json", "/_stcore/metrics"])
def test_streamlits_own_paths_reveal_nothing_of_viewers(stack, path):
    text = httpx.get(f"{stack.stack.webapp_url}{path}", trust_env=False, timeout=30).text
    assert "@example.org" not in text
    assert "viewer-" not in text


def test_words_need_no_warehouse(monkeypatch):
    monkeypatch.setattr(browser, "cookie", lambda _: "fr")
    assert browser.words().language == "fr"
