"""The training loop, checkpoints and saved weights."""
