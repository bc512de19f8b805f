"""Options of the whole suite."""

from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cloud",
        metavar="CONNECTION",
        help="run the end-to-end tests on the account behind this Snowflake connection",
    )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data sets beside the checkout; they are not part of the repository."""
    if not DATA.is_dir():
        pytest.skip(f"no real data sets at {DATA}")
    return DATA
