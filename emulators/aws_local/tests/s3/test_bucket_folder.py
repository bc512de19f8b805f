"""A bucket's files: damage is named."""

import json

import pytest
from aws_local.s3.bucket_folder import BucketFolder
from loopback.service import ServiceError


def test_damaged_objects_are_named(tmp_path):
    index = tmp_path / "index.json"
    stored = {"content": "0" * 64, "etag": '"0"', "last_modified": 0, "metadata": {}}
    for content, part in (
        ('{"key": {}}', f"{index} is damaged"),
        ("[]", f"{index} is damaged"),
        (json.dumps({"key": stored}), f"{tmp_path}/contents/{'0' * 64}"),
    ):
        index.write_text(content)
        with pytest.raises(ServiceError) as caught:
            BucketFolder(tmp_path)
        assert str(caught.value).startswith(part)
