"""AWS on loopback: API Gateway, Lambda, a SageMaker that runs programs, and moto for the rest."""
