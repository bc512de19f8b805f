"""Answers of a loaded model to requests: decoded, filtered, listed with reasons."""
