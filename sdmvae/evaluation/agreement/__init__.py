"""Whether the published table and the claims of the paper hold in a run.

The paper is Sadeghi and Magron, "A Sparsity-promoting Dictionary Model for Variational
Autoencoders", Interspeech 2022. These are the parts:

- ``correlation``: our scores beside the figures of its Table 1.
- ``scored_cells``: the cells of a run, with the estimates of their scores.
- ``families``: the comparisons that a claim rests on, corrected for one another.
- ``spreads``: how much a score changes over the settings of a model.
- ``claims``: how a claim is declared, and what a run says about it.
- ``paper_claims`` and ``project_claims``: the claims, each with what it compares.
- ``compute``: all of it in one call, and the numbers for metrics/agreement.json.
- ``findings``: what all of these return.
"""
