"""Figures: what all of them share, and the ones that DVC shows."""
