"""The account's endpoint, one port for every service but SageMaker: signature, IAM, answer."""
