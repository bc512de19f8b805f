"""Rooms of the web app, as Streamlit's module path meets them."""

import importlib.metadata
import importlib.util
import sys
from pathlib import Path

import webapp
from webapp.app_pages import pages

HERE = Path(webapp.__file__).parent


def test_no_room_hides_a_library():
    # While a page runs, the folder of app.py is the first on the module path.
    rooms = {path.stem for path in HERE.iterdir() if path.suffix in {"", ".py"}}
    libraries = importlib.metadata.packages_distributions().keys() | sys.stdlib_module_names
    assert rooms & libraries == set()


def test_streamlit_makes_no_pages_of_its_own():
    assert not (HERE / "pages").exists()


def test_every_page_can_be_imported_and_run_as_a_script():
    for name in pages():
        spec = importlib.util.find_spec(f"webapp.app_pages.{name}")
        assert spec is not None
        assert spec.origin == str(HERE / "app_pages" / f"{name}.py")
        assert Path(spec.origin).read_text().endswith('if __name__ == "__main__":\n    show()\n')


def test_pages_of_one_audience_have_paths_and_positions_of_their_own():
    for hidden in ("signed in", "signed out"):
        shown = [page for page in pages().values() if page.audience != hidden]
        assert len({page.path for page in shown}) == len(shown)
        assert len({page.position for page in shown}) == len(shown)
        assert shown[0].path == ""
