"""The synthetic corpus, which the speech synthesiser eSpeak NG speaks."""

from sdmvae.corpora.synthetic.corpus import Synthetic

__all__ = ["Synthetic"]
