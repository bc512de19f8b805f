"""The templates held against the rule packs: cdk-nag and cfn-lint find nothing to say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def report(deployment):
    document = json.loads((deployment.folder / "validation-report.json").read_text())
    return {plugin["pluginName"]: plugin for plugin in document["pluginReports"]}


def test_cdk_nag_finds_nothing_that_was_not_acknowledged(deployment):
    """A finding of a rule pack also stops the synthesis; warnings count here."""
    reports = report(deployment)
    for pack in ("AwsSolutions", "Serverless"):
        assert any(pack in name for name in reports), list(reports)
    for name, plugin in reports.items():
        rules = {violation["ruleName"] for violation in plugin["violations"]}
        assert rules <= {"Annotation::snowreel:example-account"}, name


def test_every_acknowledgement_has_a_reason(deployment):
    reasons = [
        acknowledged["reason"]
        for plugin in report(deployment).values()
        for acknowledged in plugin.get("suppressedViolations", ())
    ]
    assert reasons
    for reason in reasons:
        assert len(reason.split()) >= 4, reason


@pytest.mark.thorough
def test_cfn_lint_finds_nothing(deployment):
    templates = [str(path) for path in deployment.folder.glob("*.template.json")]
    # CDK writes DependsOn where a reference says the same (W3005).
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", "W3005", "--"]
    outcome = subprocess.run([*command, *templates], capture_output=True, text=True, check=False)
    assert (outcome.returncode, outcome.stdout) == (0, "")
