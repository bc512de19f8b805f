"""Text of viewers and film data inside Markdown and HTML is shown as it was written."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webapp.base.markdown import escaped
from webapp.base.translation import translation
from webapp.films.catalogue import Film
from webapp.views import film_html

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; drop table film"]


@given(st.text(alphabet="\\`*_{}[]<>()#+-.!|~$:&^=@/ab1 \n", max_size=40))
def test_every_mark_of_markdown_is_escaped(text):
    shown = escaped(text)
    bare = shown.replace("\\\\", "").split("\\")
    assert not any(mark in part[1:] for part in bare[1:] for mark in "`*_[]<>#|~$:")
    assert shown.replace("\\", "").split() == text.replace("\\", "").split()


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []
        self.text = ""

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_an_html_tag(text):
    film = Film(
        film_id="1",
        title=text,
        year=2000,
        released_on=None,
        genres=(text,),
        directors=(text,),
        countries=(text,),
        rating_count=1,
        rating=3.0,
    )
    parser = Tags()
    parser.feed(film_html.film(film, translation("en"), rating="", why=text))
    assert {tag for tag, _ in parser.tags} <= {"div", "h3", "span", "p"}
    assert all(set(attributes) <= {"class", "style"} for _, attributes in parser.tags)
    assert parser.text.count(text) == 4
