"""The ground floor: determinism, atomic outputs, seeds, worker processes, progress, messages."""
