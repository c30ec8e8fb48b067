"""The address of the scheduler of Dask: the one switch between local processes and a cluster."""

import os
import re

VARIABLE = "SDMVAE_SCHEDULER"
ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?(\[[0-9A-Fa-f:.%\w]+\]|[\w.-]+):[0-9]{1,5}")


class ClusterError(RuntimeError):
    """The cluster cannot do the work; the message is one line."""


def scheduler_address() -> str:
    """Return the address in the environment variable; an empty text stands for local processes."""
    return os.environ.get(VARIABLE, "").strip()


def check_address(address: str) -> None:
    """Check the form of an address.

    Args:
        address: The address of a scheduler.

    Raises:
        ClusterError: It has another form.
    """
    if not ADDRESS.fullmatch(address):
        raise ClusterError(
            f"{VARIABLE}: {address!r}: give the address of a scheduler, such as tcp://host:8786"
        )
