"""One thin script for each DVC stage; importing this package prepares the process for them."""

from sdmvae.runtime.determinism import pin_arithmetic
from sdmvae.runtime.messages import hide_interrupt_traceback

# Both come first: a stage imports the numerical libraries next, which takes seconds.
hide_interrupt_traceback()
pin_arithmetic()
