"""Choice of the deployed model that estimates ratings."""

import pytest
from webapp.recommendations.models import Model, chosen


def model(name, status):
    return Model.from_answer({"model_name": name, "status": status})


@pytest.mark.parametrize(
    ("models", "wanted", "name"),
    [
        ([], "", None),
        ([("a", "Creating")], "", "a"),
        ([("a", "Failed"), ("b", "InService")], "", "b"),
        ([("a", "InService"), ("b", "InService")], "b", "b"),
        ([("a", "InService")], "b", None),
    ],
)
def test_the_named_model_or_the_first_in_service_is_chosen(models, wanted, name):
    found = chosen([model(*each) for each in models], wanted)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("status", "answers"),
    [("InService", True), ("Updating", True), ("Creating", False), ("Failed", False)],
)
def test_a_model_answers_while_it_is_updated(status, answers):
    assert model("a", status).is_in_service is answers
