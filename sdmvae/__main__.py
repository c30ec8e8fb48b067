"""The program `sdmvae`, which `python -m sdmvae` runs too.

For example: sdmvae resynthesize speech.wav resynthesis.wav --cell vae-m64
"""

from sdmvae.commands.program import main
from sdmvae.runtime.messages import exit_at_once_on_interrupt


def program() -> None:
    """Run the command that the arguments name; Ctrl-C ends it in one line."""
    exit_at_once_on_interrupt()
    main()


if __name__ == "__main__":
    program()
