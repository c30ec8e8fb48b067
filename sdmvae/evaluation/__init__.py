"""Resynthesis of test speech, its scores, confidence intervals, and the table of all cells."""
