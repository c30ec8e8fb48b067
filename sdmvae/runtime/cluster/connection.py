"""The connection with the scheduler: opened in silence, and opened again when it was lost."""

import contextlib
import logging
import os
import socket
import sys
import warnings
from typing import TYPE_CHECKING, Any

from sdmvae.runtime.cluster.address import VARIABLE, ClusterError, check_address

if TYPE_CHECKING:
    from distributed import Client

SECONDS_TO_CONNECT = 10
RUN = "SDMVAE_RUN"  # what a command calls itself, for the commands that it starts
SAID = "sdmvae"  # where the scheduler keeps what commands have said
HAS_BOKEH = "__import__('importlib.util').util.find_spec('bokeh') is not None"


def connect(address: str, seconds: float = SECONDS_TO_CONNECT) -> "Client":
    """Open a connection.

    Args:
        address: The address of the scheduler.
        seconds: How long to wait for its answer.

    Raises:
        ClusterError: The address is wrong, Dask is not installed, or no scheduler answers.
    """
    check_address(address)
    try:
        import distributed
    except ImportError as error:
        raise ClusterError(
            f"{VARIABLE}: the package distributed is not installed: run `make cluster`"
        ) from error
    # What Dask logs about lost connections is said by this package in one line.
    for name in ["tornado", "asyncio", *logging.root.manager.loggerDict]:
        if name.partition(".")[0] in ("tornado", "asyncio", "distributed"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        # It compares packages that do not matter here; `facts` compares those that do.
        warnings.simplefilter("ignore")
        try:
            return distributed.Client(address, timeout=seconds, set_as_default=False)
        except (OSError, ValueError, RuntimeError) as error:
            raise ClusterError(
                f"{VARIABLE}: no scheduler of Dask answers at {address}: {_first_line(error)}"
            ) from error


def close(client: "Client") -> None:
    """Close a connection; the scheduler forgets its tasks."""
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client.close(timeout=5)


def say_once(client: "Client", *lines: str) -> None:
    """Print lines on stderr that no command of this run has printed yet.

    A run is what one command of a user starts: the commands in one group of processes.

    Args:
        client: The connection; the scheduler keeps what has been said.
        *lines: The lines.
    """
    run = [SAID, f"{socket.gethostname()} {os.environ.get(RUN) or os.getpgrp()}"]
    said = client.get_metadata(run, default=[])
    new = [line for line in lines if line not in said]
    if new:
        client.set_metadata(run, [*said, *new])
        print("\n".join(new), file=sys.stderr, flush=True)


def pass_lines_on(client: "Client", topic: str) -> None:
    """Print what tasks print on their workers.

    Args:
        client: The connection.
        topic: The topic under which the workers log it.
    """

    def show(event: tuple[float, dict[str, Any]]) -> None:
        print(event[1]["line"], file=sys.stderr, flush=True)

    client.subscribe_topic(topic, show)


def describe_dashboard(client: "Client") -> str:
    """Return a line with the address of the dashboard of Dask; empty if it has none."""
    # Without the package bokeh, its address shows nothing but a note that bokeh is missing.
    if not client.run_on_scheduler(eval, HAS_BOKEH):
        return ""
    return f"cluster: the dashboard of Dask is at {client.dashboard_link}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
