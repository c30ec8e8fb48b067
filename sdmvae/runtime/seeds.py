"""Seeds of random generators: one seed for each purpose, derived from the seed in params.yaml."""

import hashlib


def seed_for(*purpose: object) -> int:
    """Return the seed for a purpose: the first 63 bits of the SHA-256 of its parts.

    Args:
        *purpose: The parts, such as (seed, cell, "noise", epoch). Their order matters.

    Returns:
        A seed from 0 to 2^63 - 1.
    """
    text = "\0".join(map(str, purpose))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
