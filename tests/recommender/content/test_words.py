import pytest
from recommender.content.words import TEXT_WORDS, label_key, phrases_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Ring, 2002!", ["the", "ring", "2002"]),
        ("Amélie", ["amelie"]),
        ("Ama\u0300lie_x", ["amalie", "x"]),
        ("七人の侍", ["七人", "人の", "の侍"]),
        ("侍 Samurai侍", ["侍", "samurai", "侍"]),
        ("올드보이", ["올드", "드보", "보이"]),
        ("لا مكان", ["لا", "مكان"]),
        ("🤖 🌍", []),
        ("", []),
    ],
)
def test_words_of_any_script(text, words):
    assert words_of(text) == words


def test_of_a_text_of_a_megabyte_the_beginning_counts():
    words = words_of("robot planet " * 80_000)
    assert words[:3] == ["robot", "planet", "robot"]
    assert len(words) <= TEXT_WORDS


def test_a_label_is_found_as_a_phrase_of_a_text():
    assert label_key("Tom  HANKS") in set(phrases_of("a film with Tom Hanks in it"))
    assert label_key("🤖") == "🤖"
