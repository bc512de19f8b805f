"""Local mode: the warehouse, AWS and SageMaker on loopback. Imported by nothing else."""
