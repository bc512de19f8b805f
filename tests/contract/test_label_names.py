"""Names of genres and countries, the same to those who load films and those who filter them."""

from pathlib import Path

from recommender.serving import label_names as filters

from film_data import label_names
from film_data.pipeline import canonical_names


def test_the_filters_know_the_names_that_the_loaders_know() -> None:
    assert label_names.FILE.read_text(encoding="utf-8") == label_names.document(), (
        "run `make film-data`"
    )
    assert Path(filters.__file__).parent.joinpath(label_names.FILE.name).exists()


def test_both_sides_fold_names_alike() -> None:
    for name in (
        "Sci-Fi",
        "C\u00f4te d\u2019Ivoire",
        "T\u00fcrkiye",
        "Children's",
        "\u212b",
        "S\u00e3o Tom\u00e9",
    ):
        assert filters._letters(name) == canonical_names.letters(name)
