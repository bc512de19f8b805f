"""S3: what its calls need of IAM, and moto's objects kept on disk."""
