"""Test speech -> what the probes predict of its frames, and which targets are left out and why."""

import pandas as pd

from sdmvae import corpora, params
from sdmvae.dsp.audio_file import AudioError
from sdmvae.probes import labels, targets
from sdmvae.probes.measure import measure_files
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.plugins import PluginError
from sdmvae.runtime.progress import progress
from stages._common import MANIFEST, PHONES, TARGETS, TEST_SPEECH


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, PluginError, AudioError):
        settings = params.read()
        table = make_table(settings)
        left_out = targets.explain_left_out(table)
        with atomic_path(TARGETS, replace_folder=True) as folder:
            folder.mkdir()
            targets.write(table, folder / "frames.csv")
            reasons = pd.DataFrame(list(left_out.items()), columns=["target", "reason"])
            reasons.to_csv(folder / "left_out.csv", index=False)
    for target, reason in left_out.items():
        print(f"targets: {target} is left out: {reason}")
    print_done(f"targets: {len(table)} frames", TARGETS)


def make_table(settings: params.Params) -> pd.DataFrame:
    """Measure the test speech, and return the targets of its frames."""
    manifest = pd.read_csv(MANIFEST, dtype={"speaker": str, "utterance": str})
    test = manifest[manifest["split"] == "test"]
    corpus, how = corpora.load(settings.corpus.name), settings.stft
    measured = measure_files([TEST_SPEECH / path for path in test["path"]], how)
    return labels.tabulate(
        test,
        progress(measured, "targets", len(test), "file"),
        pd.read_csv(PHONES, dtype={"phone": str}, keep_default_na=False),
        {speaker: corpus.sex(speaker) for speaker in test["speaker"]},
        seconds_per_frame=how.hop / params.RATE,
    )


if __name__ == "__main__":
    main()
