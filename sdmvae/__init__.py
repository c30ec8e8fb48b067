"""Sparse variational autoencoders of speech: models, training, resynthesis, scores, tables."""
