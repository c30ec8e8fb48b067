"""Processes that end with their parent."""

import os
import signal
import subprocess
import sys

import pytest

from tests.support import PROJECT
from tests.support.cluster import alive
from tests.support.waiting import wait_until

PARENT = """
from sdmvae.runtime.workers import map_processes
items = ["__import__('os').getpid()", "__import__('time').sleep(600)"]
for _, result in map_processes(eval, items, 1):
    print(result, flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_the_processes_of_a_killed_process_end_too():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    assert alive(worker)
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()
    wait_until(lambda: not alive(worker))
