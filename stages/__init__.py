"""One thin script for each DVC stage; importing this package prepares the process for them."""

import sys

from sdmvae.runtime.determinism import pin_arithmetic
from sdmvae.runtime.messages import exit_at_once_on_interrupt

# Both come first, because a stage imports the numerical libraries next, which takes seconds.
# Python has "-m" here while it looks for the module to run: a test that imports a stage does not.
if sys.argv[0] == "-m":
    exit_at_once_on_interrupt()
pin_arithmetic()
