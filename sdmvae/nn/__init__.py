"""Building blocks of networks: layers, divergences, likelihoods and dictionaries."""
