"""Log-power and its principal components -> what they tell of each target, beside the codes."""

from sdmvae import params
from sdmvae.dataset.frames import Frames
from sdmvae.dsp.audio_file import AudioError
from sdmvae.evaluation.even_frames import even_rows
from sdmvae.probes import probe, reference, targets
from sdmvae.probes.spectra import read_frames
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from stages._common import DATA, FRAMES, TARGETS, TEST_SPEECH

REFERENCES = DATA / "references"


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, AudioError):
        settings = params.read()
        table = targets.read(TARGETS / "frames.csv")
        frames = Frames(FRAMES / "train.npy")
        training = frames[even_rows(len(frames), reference.MOST_TRAINING_FRAMES)]
        dims = sorted({cell.m for cell in settings.cells})
        log_power = read_frames(table, TEST_SPEECH, settings.stft)
        given = reference.list_references(training, log_power, dims)
        with atomic_path(REFERENCES, replace_folder=True) as folder:
            folder.mkdir()
            for name, each in progress(given.items(), "references", len(given), "reference"):
                values = probe.probe(each, table)
                values.round(6).to_csv(folder / f"{name}.csv", index=False)
    print_done(f"references: {', '.join(given)}", REFERENCES)


if __name__ == "__main__":
    main()
