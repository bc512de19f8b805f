import json

from film_data.pipeline.report import Report, TableCount
from film_data.pipeline.rules import SHARED, Outcome


def test_a_report_says_the_same_as_json_and_as_text() -> None:
    report = Report(
        "movielens",
        "csv layout",
        {"film": TableCount(10, 7, 1, 2)},
        ((SHARED["film_id"], 2), (SHARED["identical_row"], 1)),
        ("A note.",),
    )
    document = json.loads(json.dumps(report.as_json()))
    assert document["tables"] == {"film": {"in": 10, "loaded": 7, "merged": 1, "rejected": 2}}
    assert [rule["name"] for rule in document["rules"]] == ["film_id", "identical_row"]
    text = report.as_text()
    assert f"  {SHARED['film_id'].outcome}: {SHARED['film_id'].sentence}" in text
    assert text.endswith("A note.")
    assert Outcome.MERGED in text
