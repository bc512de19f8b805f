"""Containers on this machine: training runs and model servers as processes."""
