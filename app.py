"""What `cdk.json` names: the app of the CDK CLI."""

from infra.app import synthesise

synthesise()
