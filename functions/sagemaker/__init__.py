"""SageMaker, typed: `client.py` and `endpoints.py` alone call AWS, the rest is standard library."""
