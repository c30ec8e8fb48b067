"""One cell and seed -> the scores of every utterance, and their summary."""

import json

import pandas as pd

from sdmvae import params
from sdmvae.evaluation import cell_scores
from sdmvae.evaluation.outputs import read_outputs
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from stages._common import DATA, MANIFEST, TEST_SPEECH, declared_training


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError):
        training = declared_training(params.read())
        name, folder = training.name, training.folder
        resynthesis, target = DATA / "resynthesis" / folder, DATA / "scores" / folder
        outputs = read_outputs(resynthesis, pd.read_csv(resynthesis / "bounds.csv"))
        pairs = [
            (TEST_SPEECH / path, (resynthesis / "speech" / path).with_suffix(".wav"))
            for path in outputs.utterances["path"]
        ]
        scores = cell_scores.score_utterances(pairs, f"score {name}")
        outputs = cell_scores.add_scores(outputs, scores, pd.read_csv(MANIFEST))
        summary = cell_scores.summarise(outputs)
        text = json.dumps(summary, indent=2) + "\n"
        with atomic_path(target, replace_folder=True) as part:
            part.mkdir()
            outputs.utterances.round(6).to_csv(part / "utterances.csv", index=False)
            (part / "summary.json").write_text(text)
    for path, remark in zip(outputs.utterances["path"], outputs.utterances["remark"], strict=True):
        if remark:
            print(f"score {name}: {path}: {remark}")
    means = ", ".join(
        f"{score.name} {score.format(summary[score.name])}"
        for score in cell_scores.UTTERANCE_SCORES
    )
    print_done(f"score {name}: {len(outputs.utterances)} utterances, {means}", target)


if __name__ == "__main__":
    main()
