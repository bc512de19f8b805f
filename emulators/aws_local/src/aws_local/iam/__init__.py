"""IAM: decides each call by policies, as AWS's page "Policy evaluation logic" says."""
