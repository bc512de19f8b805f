"""AWS's wire as all services share it: faults, and requests held against boto3's models."""
