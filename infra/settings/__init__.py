"""Settings of a deployment: the context in `cdk.json`, checked, and the values made from it."""
