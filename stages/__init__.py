"""One thin script for each DVC stage. Importing this package fixes the arithmetic first."""

from sdmvae.runtime.determinism import pin_arithmetic

pin_arithmetic()
