"""The trained model on disk: plain arrays and a manifest, no pickle."""
