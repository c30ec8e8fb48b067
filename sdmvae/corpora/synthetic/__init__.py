"""The corpus that eSpeak NG speaks."""

from sdmvae.corpora.synthetic.corpus import synthesize, utterances

__all__ = ["synthesize", "utterances"]
