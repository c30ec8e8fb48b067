"""Resynthesis, scores, intervals and tables."""
