"""API Gateway: a REST API's front before Lambda functions."""
