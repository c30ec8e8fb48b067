"""The corpus espeak, which the speech synthesiser eSpeak NG speaks."""

from sdmvae.corpora.espeak.corpus import Espeak

__all__ = ["Espeak"]
