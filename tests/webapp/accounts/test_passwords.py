"""Passwords: one hash for all forms in which systems type them."""

import unicodedata

import pytest
from webapp.accounts import passwords

TYPED = "Pässwörter für Ängström"


@pytest.mark.parametrize("kept", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_a_password_fits_on_every_system(kept, typed):
    hashes = [passwords.hashed(unicodedata.normalize(kept, TYPED))]
    assert passwords.matching(unicodedata.normalize(typed, TYPED), hashes) == 0
    assert not passwords.needs_rehash(unicodedata.normalize(typed, TYPED), hashes[0])


@pytest.mark.parametrize("kept", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_a_hash_of_a_password_as_it_was_typed_still_works_and_is_renewed_once(kept, typed):
    old = passwords._HASHER.hash(unicodedata.normalize(kept, TYPED))
    given = unicodedata.normalize(typed, TYPED)
    assert passwords.matching(given, [old]) == 0
    assert passwords.needs_rehash(given, old) == (kept == "NFD")


def test_blanks_of_all_keyboards_are_one():
    kept = passwords.hashed("une phrase\u00a0: oui\u202fou non")
    assert passwords.matching("une phrase : oui ou non", [kept]) == 0


def test_case_width_and_what_looks_alike_stay_different():
    kept = [passwords.hashed("correct horse battery")]
    for other in ("Correct horse battery", "correct horse battery ", "\uff43orrect horse battery"):
        assert passwords.matching(other, kept) is None


def test_the_longest_password_fits_however_it_is_composed():
    longest = "é" * passwords.MAXIMUM_LENGTH
    apart = unicodedata.normalize("NFD", longest)
    assert len(passwords.normal(apart)) == passwords.MAXIMUM_LENGTH
    assert passwords.matching(apart, [passwords.hashed(longest)]) == 0
    assert passwords.matching(longest, [passwords.hashed(apart)]) == 0


def test_the_work_depends_on_the_password_typed_and_not_on_the_accounts(monkeypatch):
    work: list[object] = []

    def verifies(*arguments: object) -> bool:
        work.append(arguments)
        return False

    monkeypatch.setattr(passwords, "_verifies", verifies)
    for password in ("plain", TYPED):
        counts = set()
        for hashes in ([], ["one"], ["one", "two", "three"]):
            work.clear()
            passwords.matching(password, hashes)
            counts.add(len(work))
        assert len(counts) == 1
