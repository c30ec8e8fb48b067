"""DVC's record of which process reads or writes which output, .dvc/tmp/rwlock."""

import json
from pathlib import Path
from typing import Any

import psutil

from sdmvae.runtime.locks import hold_lock


def forget_ended(record: Path) -> None:
    """Take processes that have ended out of the record, and remove a record that was cut off.

    DVC refuses an output of which its record names a process, and a process that was killed stays
    in the record. DVC takes it out itself, but not while the process is a zombie, which it can stay
    in a container, nor if another process has its number by now.

    Args:
        record: The path of the record; nothing happens if it does not exist.
    """
    if not record.exists():
        return
    # DVC holds this lock as well while it changes the record.
    with hold_lock(record.with_name(f"{record.name}.lock")):
        try:
            known = json.loads(record.read_text(encoding="utf-8"))
            kept = {
                "read": {
                    path: running
                    for path, readers in known.get("read", {}).items()
                    if (running := [reader for reader in readers if _is_running(reader)])
                },
                "write": {
                    path: writer
                    for path, writer in known.get("write", {}).items()
                    if _is_running(writer)
                },
            }
        except (ValueError, AttributeError, TypeError, KeyError):
            record.unlink()
            return
        if kept != known:
            record.write_text(json.dumps(kept), encoding="utf-8")


def _is_running(info: dict[str, Any]) -> bool:
    """Return whether a process of DVC still runs."""
    try:
        process = psutil.Process(info["pid"])
        is_zombie = process.status() == psutil.STATUS_ZOMBIE
        return not is_zombie and any("dvc" in word for word in process.cmdline())
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
