"""The environment of the Lambda functions becomes settings, or one sentence."""

import pytest

from functions.settings import (
    SETTINGS,
    DeploySettings,
    SettingsError,
    TrainSettings,
    read,
    variables,
)
from local.stack import Stack


@pytest.fixture
def environ(tmp_path):
    """Variables of the functions as local mode fills them."""
    stack = Stack(tmp_path, warehouse_port=1, aws_port=2, gateway_port=3, sagemaker_port=4)
    return stack.lambda_environment


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_are_the_variables_they_are_written_as(environ, name):
    settings = read(SETTINGS[name], environ(name))
    assert variables(settings) == environ(name)


def test_a_variable_has_the_name_of_its_field(environ):
    settings = read(TrainSettings, environ("train"))
    assert environ("train")["SNOWREEL_TRAINING_MAX_SECONDS"] == str(settings.training_max_seconds)


@pytest.mark.parametrize("value", ["", None])
def test_a_missing_variable_is_named(environ, value):
    values = environ("train") | {"SNOWREEL_IMAGE_URI": value}
    with pytest.raises(SettingsError, match=r"The variable SNOWREEL_IMAGE_URI is not set: "):
        read(TrainSettings, {key: text for key, text in values.items() if text is not None})


@pytest.mark.parametrize("value", ["many", "-1", "1.5"])
def test_a_number_that_is_none_is_named(environ, value):
    values = environ("deploy") | {"SNOWREEL_INFERENCE_MEMORY_MB": value}
    with pytest.raises(
        SettingsError, match=f"INFERENCE_MEMORY_MB must be a whole number, not '{value}"
    ):
        read(DeploySettings, values)


def test_an_empty_instance_type_is_none(environ):
    values = environ("deploy") | {"SNOWREEL_INFERENCE_INSTANCE_TYPE": ""}
    assert read(DeploySettings, values).inference_instance_type is None


def test_schemas_are_folded_to_upper_case(environ):
    values = environ("train") | {"SNOWREEL_ALLOWED_SCHEMAS": "marts, raw,"}
    assert read(TrainSettings, values).allowed_schemas == ("MARTS", "RAW")
