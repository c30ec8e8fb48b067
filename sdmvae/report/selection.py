"""Which test utterances a page shows."""

from typing import Any

import numpy as np
import pandas as pd

from sdmvae.evaluation.results import Results

WANTED = 4.0  # seconds: of a speaker's utterances the one nearest to it is taken


def utterances(results: Results) -> list[dict[str, Any]]:
    """Those `chosen` by the scores of all cells."""
    return chosen(pd.concat(results.utterances.values(), ignore_index=True))


def middle(results: Results) -> dict[str, Any]:
    """The one of them that stands for all where there is room for one."""
    found = utterances(results)
    return found[len(found) // 2]


def chosen(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The utterances to hear, by the scores of all cells, a row an utterance and a cell.

    Speakers are ordered by their mean PESQ; of the hardest, the one in the middle and the easiest
    one utterance each is taken, that whose length is nearest to 4 s. Speakers without a PESQ
    come last, and of the same PESQ the name decides. Each has `rank`, `speaker`, `path`, `pesq`
    (the speaker's mean) and is given with the hardest first.
    """
    pesq = rows["pesq"].replace([np.inf, -np.inf], np.nan).groupby(rows["speaker"].astype(str))
    speakers = pesq.mean().rename_axis("speaker").reset_index()
    speakers = speakers.sort_values(["pesq", "speaker"], na_position="last")
    scored = speakers.dropna() if speakers["pesq"].notna().any() else speakers
    last = len(scored) - 1
    ranks = {0: "the hardest speaker", last // 2: "a speaker in the middle", last: "the easiest"}
    ranks[0] = "the hardest speaker"
    found = []
    for place in sorted(ranks):
        speaker, mean = scored.iloc[place][["speaker", "pesq"]]
        own = rows[rows["speaker"].astype(str) == speaker]
        distance = (own["seconds"] - WANTED).abs()
        best = own.assign(distance=distance).sort_values(["distance", "path"]).iloc[0]
        rank = ranks[place] if last else "the only speaker"
        number = None if np.isnan(mean) else float(mean)
        found.append({"rank": rank, "speaker": speaker, "path": best["path"], "pesq": number})
    return found
