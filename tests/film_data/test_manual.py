from film_data import manual, registry


def test_the_manual_names_the_layouts_of_every_data_set() -> None:
    written = manual.DOCUMENT.read_text()
    assert written == manual.rewritten(written), "run `make film-data`"
    assert all(f"| `{name}` |" in written for name in registry.names())
