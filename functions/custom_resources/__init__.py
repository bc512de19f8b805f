"""Custom resources of CloudFormation: what it cannot make, describe or remove by itself."""
