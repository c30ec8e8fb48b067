"""What is collected of a run."""

import pandas as pd

from tools.results import collect


def test_the_parts_of_the_corpus_are_counted():
    manifest = pd.DataFrame(
        {"split": ["test", "test", "train"], "speaker": ["a", "a", "b"], "seconds": [60, 30, 90.0]}
    )
    parts = collect.describe_parts(manifest)
    assert parts["test"] == {"speakers": 1, "utterances": 2, "minutes": 1.5}
