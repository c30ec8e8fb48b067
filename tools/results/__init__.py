"""Makes docs/results.md, the pages beside it, and their files from finished runs.

``collect`` reads the outputs of a run, ``collect_probes`` its probes, and ``compare`` the outputs
of runs that differ in parameters. They write docs/results/<name>.json. ``write`` writes the pages,
with figures, from the files that were collected, and from templates that have the words. So every
number on the pages is that of a run, and a test compares them.

``cells``, ``hyperpriors``, ``kept_quality`` and ``run_pairs`` compute what is collected. The pages
are put together from ``score_tables``, ``likelihoods``, ``purposes``, ``summary`` and the modules
whose names end in ``_section``.
"""
