"""Ports of a stack stay taken from their choice to the end of its services."""

import pytest
from loopback import listeners

from local.stack import Stack
from local.supervisor import Options, running

pytestmark = pytest.mark.thorough


def is_free(port: int) -> bool:
    try:
        listeners.bound(port).close()
    except OSError:
        return False
    return True


def test_nobody_can_take_a_port_while_the_stack_starts(tmp_path):
    free = {}

    def look(sentence: str) -> None:
        stack = Stack.read(tmp_path)
        ports = (stack.warehouse_port, stack.aws_port, stack.gateway_port, stack.sagemaker_port)
        free[sentence] = [port for port in ports if is_free(port)]

    with running(Options(state_dir=tmp_path), look):
        look("ready")
    assert len(free) == 5
    assert not any(free.values()), free
    look("gone")
    assert len(free["gone"]) == 4
