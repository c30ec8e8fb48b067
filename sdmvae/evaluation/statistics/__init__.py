"""Statistics that compare methods, whatever their seeds and whoever speaks.

A claim about a method is a claim about any seed and any speaker. Seeds and speakers are samples,
so an interval covers both of them. These are the steps:

- ``seed_scores``: the scores of one cell, by seed, speaker and utterance.
- ``student``: means and differences of arrays of scores, with their variance.
- ``estimates``: the mean of one cell, or the difference of two cells, with its interval.
- ``holm``: the correction for several comparisons.
- ``verdicts``: which cells differ from a reference, keep its quality, or equal it.
- ``best``: which cells are not worse than the best cell.
- ``findings``: what all of these return.

These are the results of simulations with 5 or 9 speakers and 3 or 5 seeds, where effects are normal
or exponential, and 95 % is promised:

- Intervals of differences cover the true value in 95 to 98 % of cases. It is 99 % if seeds act on
  single speakers only.
- A family of six equal cells has a false difference in 1 to 5 % of cases. It is 6.4 % with five
  speakers and five seeds, if speakers vary much more than seeds.
- A cell that is worse by just the margin is said to keep the quality in 3 to 5.5 % of cases.
- The set of the best cells holds a cell that is truly the best in 95 to 98 % of cases.
- Intervals of means cover 95 %, and 92 to 93 % if the effects are exponential.

The intervals promise too much in two cases. The first is effects that are strongly skewed and much
larger for one cell than for the other, such as those of a cell of which a seed fails now and then:
intervals of differences cover 90 to 95 %, and up to 15 % of cells that are worse by just the margin
are said to keep the quality. The second is numbers of seeds as unequal as 3 and 10: intervals of
differences cover 93 to 95 %.
"""
