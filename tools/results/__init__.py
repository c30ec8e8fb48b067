"""Makes docs/results.md and its files from finished runs.

``collect`` reads the outputs of a run and writes docs/results/<name>.json. ``write`` writes
docs/results.md, with a figure, from the files that were collected, and from a template that has the
words. So every number on the page is that of a run, and a test compares them.
"""
