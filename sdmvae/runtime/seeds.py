"""Seeds of random generators, each drawn for what it is for."""

import hashlib


def seed_for(*purpose: object) -> int:
    """A 63-bit seed from `purpose`, such as (seed, cell, "noise", epoch); order matters."""
    text = "\0".join(map(str, purpose))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
