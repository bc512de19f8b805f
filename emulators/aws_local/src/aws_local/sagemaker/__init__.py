"""SageMaker on loopback: training jobs and endpoints as processes on this machine."""
