"""Makes docs/results.md and its files from finished runs.

``collect`` reads the outputs of a run, and ``compare`` those of runs that differ in parameters.
Both write docs/results/<name>.json. ``write`` writes docs/results.md, with figures, from the files
that were collected, and from a template that has the words. So every number on the page is that of
a run, and a test compares them.

``cells``, ``hyperpriors``, ``equal_quality`` and ``run_pairs`` compute what is collected. The page
is put together from ``score_tables``, ``rivals``, ``purposes`` and the modules whose names end in
``_section``.
"""
