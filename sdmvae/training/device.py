"""The device that trains and resynthesises."""

import re

import torch


class DeviceError(ValueError):
    """There is no such device on this machine; the message is one line."""


def check_device(device: str, where: str = "params.yaml: train.device") -> None:
    """Check that a device exists on this machine.

    Args:
        device: "cpu", or a CUDA device such as "cuda" or "cuda:1".
        where: What named the device, for the message.

    Raises:
        DeviceError: There is no such device.
    """
    if device != "cpu":
        if not re.fullmatch(r"cuda(:\d+)?", device):
            raise DeviceError(f"{where}: {device!r}: give cpu, cuda or cuda:<n>")
        index = int(device.partition(":")[2] or 0)
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if index >= count:
            raise DeviceError(
                f"{where}: {device!r}: this machine has {count} CUDA devices; cpu always works"
            )


def refuse_random_results() -> None:
    """Make PyTorch use one thread, and refuse operations whose results differ between runs."""
    torch.set_num_threads(1)
    torch.set_deterministic_debug_mode("error")
    # To fill memory that is written before it is read would take time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
