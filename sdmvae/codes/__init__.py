"""The codes of a trained cell: speech to codes, codes to speech, and codes drawn from a prior."""
