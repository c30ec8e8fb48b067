"""The pipeline on a cluster whose machines are network namespaces: the same bytes as without it."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.support.cluster import Cluster
from tests.support.small_project import SmallProject, stages_run

pytestmark = pytest.mark.slow

NETWORK = "10.213.77"
TARGET = "score@vae-m4-0"


class Machines:
    """Network namespaces that are joined by a switch, and see one another only through it."""

    def __init__(self, count: int) -> None:
        """Name the namespaces: the first is the switch, and the machines have numbers from 1."""
        self.names = [f"sdm{os.getpid()}-{number}" for number in range(count + 1)]

    def make(self) -> None:
        """Make the namespaces. The address of a machine ends in its number."""
        self._ip("netns", "add", self.names[0])
        self._ip("-n", self.names[0], "link", "add", "switch", "type", "bridge")
        self._ip("-n", self.names[0], "link", "set", "switch", "up")
        for number, name in enumerate(self.names[1:], 1):
            self._ip("netns", "add", name)
            port = ["peer", "name", f"port{number}", "netns", self.names[0]]
            self._ip("-n", name, "link", "add", "eth0", "type", "veth", *port)
            self._ip("-n", self.names[0], "link", "set", f"port{number}", "master", "switch", "up")
            self._ip("-n", name, "addr", "add", f"{NETWORK}.{number}/24", "dev", "eth0")
            for device in ("eth0", "lo"):
                self._ip("-n", name, "link", "set", device, "up")

    def prefix(self, number: int) -> list[str]:
        """Return the command that runs a command on a machine, from number 1."""
        return ["ip", "netns", "exec", self.names[number]]

    def remove(self) -> None:
        """Remove the namespaces that were made."""
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)

    def _ip(self, *arguments: str) -> None:
        subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest.fixture
def machines() -> Iterator[Machines]:
    """Return four machines, or skip the test where none can be made."""
    if shutil.which("ip") is None:
        pytest.skip("the program ip is not installed (Debian package iproute2)")
    made = Machines(4)
    try:
        made.make()
    except subprocess.CalledProcessError as error:
        made.remove()
        pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")
    yield made
    made.remove()


def test_workers_on_other_machines_make_the_same_bytes(machines, tmp_path):
    local, project = SmallProject.create(tmp_path / "a"), SmallProject.create(tmp_path / "b")
    local.dvc("repro", TARGET)
    with Cluster(tmp_path / "cluster", prefix=machines.prefix(1), host=f"{NETWORK}.1") as cluster:
        for number in (2, 3):
            cluster.add_worker("--host", f"{NETWORK}.{number}", prefix=machines.prefix(number))
        cluster.wait_for_workers(2)
        switch = f"SDMVAE_SCHEDULER={cluster.address}"
        # The machine of this test has no way to the scheduler; the fourth one has.
        refusal = project.run("env", switch, "python", "-m", "stages.run_all", status=1)
        assert refusal.startswith("error: SDMVAE_SCHEDULER: no scheduler of Dask answers at")
        assert refusal.count("\n") == 1
        output = project.run(*machines.prefix(4), "env", switch, "dvc", "repro", TARGET)
        assert TARGET in stages_run(output)
    assert read_lock(project) == read_lock(local)
    assert not list(project.root.rglob("*.part"))


def read_lock(project: SmallProject) -> str:
    """Return dvc.lock: the digests of everything that went in and came out."""
    return project.read("dvc.lock")
