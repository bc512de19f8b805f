"""The cloud side, as CDK stacks: `stage.py` wires them, `settings.py` alone reads the context."""
