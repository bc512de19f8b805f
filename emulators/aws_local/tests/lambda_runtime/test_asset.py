"""The asset: a copy of exactly the files that the patterns match."""

import pytest
from aws_local.lambda_runtime.asset import copy_asset
from loopback.service import ServiceError


def test_the_asset_is_exactly_the_files_that_the_patterns_match(tmp_path):
    project, target = tmp_path / "project", tmp_path / "lambda"
    for name in ("shop/orders.py", "shop/inner/more.py", "other/x.py", "shop/a.txt"):
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    first = copy_asset(project, ("shop/*.py",), target)
    assert [p for p in first.rglob("*") if p.is_file()] == [first / "shop" / "orders.py"]
    (project / "shop" / "orders.py").write_text("changed")
    second = copy_asset(project, ("shop/*.py",), target)
    assert second != first
    assert list(target.iterdir()) == [second]
    with pytest.raises(ServiceError, match="holds no file of the Lambda functions"):
        copy_asset(tmp_path / "empty", ("shop/*.py",), target)
