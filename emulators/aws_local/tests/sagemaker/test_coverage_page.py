"""The page that says what is emulated names exactly the operations that are."""

import re
from pathlib import Path

from aws_local.sagemaker.application import SageMaker

PAGE = Path(__file__).parents[2] / "COVERAGE.md"


def test_the_page_names_exactly_the_emulated_operations(sagemaker):
    (section,) = re.findall(
        r"^## SageMaker [^\n]*\n(.*?)^## ", PAGE.read_text(), re.DOTALL | re.MULTILINE
    )
    named = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert sorted(named) == sorted([*SageMaker(sagemaker).operations, "InvokeEndpoint"])
