"""Test speech with the original phase and no model -> the ceiling and the floor of the scores."""

import json

import pandas as pd

from sdmvae import params
from sdmvae.dataset.frames import Frames
from sdmvae.dsp.audio_file import AudioError
from sdmvae.evaluation import anchors, cell_scores, energy_distance, even_frames
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from stages._common import DATA, FRAMES, MANIFEST, TEST_SPEECH


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, AudioError):
        run(params.read().stft)
    print_done(f"anchors: {', '.join(anchors.ANCHORS)}", DATA / "anchors")


def run(how: params.Stft) -> None:
    """Write the speech and the scores of every anchor."""
    manifest = pd.read_csv(MANIFEST)
    test = manifest.loc[manifest["split"] == "test", ["speaker", "utterance", "seconds", "path"]]
    frames = Frames(FRAMES / "train.npy")
    mean, paths = anchors.mean_power(frames), test["path"]
    real = even_frames.read_even_frames(paths, TEST_SPEECH, energy_distance.FRAMES, how)
    distances, summaries = anchors.energy_distances(frames, mean, real), {}
    with atomic_path(DATA / "anchors", replace_folder=True) as part:
        for name in anchors.ANCHORS:
            folder = part / name.replace(" ", "-")
            watched = progress(paths, name, len(test), "file")
            anchors.write_anchor(name, mean, watched, TEST_SPEECH, folder / "speech", how)
            pairs = [
                (TEST_SPEECH / path, (folder / "speech" / path).with_suffix(".wav"))
                for path in paths
            ]
            scores = cell_scores.score_utterances(pairs, f"score {name}")
            rows = pd.concat([test.reset_index(drop=True), scores], axis=1)
            rows.round(6).to_csv(folder / "utterances.csv", index=False)
            summaries[name] = cell_scores.summarise_speech(rows)
            summaries[name]["energy_distance_fitted"] = distances[name]
        (part / "summary.json").write_text(json.dumps(summaries, indent=2) + "\n")


if __name__ == "__main__":
    main()
