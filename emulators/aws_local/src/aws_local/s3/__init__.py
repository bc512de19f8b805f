"""S3 and all other services: moto, with the objects kept on disk."""
