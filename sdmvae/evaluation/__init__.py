"""Resynthesis of test speech, its scores, their statistics, and the table of all cells."""
