"""E-mail addresses: one key for all forms in which people type them."""

import unicodedata

import pytest
from webapp.accounts import addresses


@pytest.mark.parametrize(
    "typed",
    [
        "rené@müller.example",
        unicodedata.normalize("NFD", "rené@müller.example"),
        " René@MÜLLER.example\u00a0",
        "rené@xn--mller-kva.example",
        "rené\uff20müller.example",
        "\ufeffrené@müller.example\u200b",
    ],
)
def test_an_address_has_one_key_however_it_is_typed(typed):
    assert addresses.key(typed) == "rené@xn--mller-kva.example"
    assert addresses.tidied(typed) == addresses.tidied(typed).strip()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accounts_kept_under_earlier_keys_are_found(form):
    earlier = unicodedata.normalize(form, "René@Müller.example").strip().casefold()
    for typed in ("NFC", "NFD"):
        assert earlier in addresses.keys(unicodedata.normalize(typed, "rené@müller.example"))


def test_a_plain_address_has_the_key_that_it_always_had():
    assert addresses.keys(" Ann.Other@Example.org ") == ["ann.other@example.org"]


@pytest.mark.parametrize("typed", ["", "@", "a@", "a@.", "a@" + "x" * 300, "a@b..c", "a\ud800@b.c"])
def test_no_text_breaks_the_key(typed):
    assert isinstance(addresses.key(typed), str)
