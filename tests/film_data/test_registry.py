import subprocess
import sys

from film_data import registry


def test_data_sets_are_named_in_the_order_in_which_their_sources_count() -> None:
    in_order = ["movielens", "tmdb", "omdb", "blockbuster"]
    found = [source.name for source in registry.all_sources()]
    assert [name for name in found if name in in_order] == in_order
    assert registry.names()[:3] == ("movielens", "the-movies-dataset", "blockbuster")


def test_a_source_has_the_name_of_its_package_and_a_place_of_its_own() -> None:
    found = registry.all_sources()
    assert len({source.precedence for source in found}) == len(found)
    assert set(registry.film_searches()) <= {source.name for source in found}


def test_naming_the_data_sets_imports_no_reader() -> None:
    code = "import sys; from film_data import registry; registry.names(); print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "film_data.sources.movielens" in ended.stdout.split()
    assert not {"polars", "pandera"} & set(ended.stdout.split())
