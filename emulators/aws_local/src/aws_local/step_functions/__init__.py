"""Step Functions: moto's interpreter, with the executions on disk."""
