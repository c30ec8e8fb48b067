"""One cell and seed -> fitted priors, test speech with its own phase, codes and likelihood."""

from sdmvae import params
from sdmvae.dsp.audio_file import AudioError
from sdmvae.evaluation import fitted_priors
from sdmvae.runtime.atomic import atomic_path, keep_attempt
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.workers import run_one
from sdmvae.training import device, saved
from stages._common import DATA, declared_training
from stages._resynthesis import resynthesise


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, device.DeviceError, saved.WeightsError, AudioError):
        settings = params.read()
        run(declared_training(settings), settings)


def run(training: params.Training, settings: params.Params) -> None:
    """Fit the priors of the trained cell, resynthesise every test utterance, and write all this."""
    folder = DATA / "resynthesis" / training.folder
    with atomic_path(folder, replace_folder=True) as part:
        attempt, counts, priors = run_one(resynthesise, training, settings, part)
        keep_attempt(part, attempt)
    with atomic_path(DATA / "priors" / training.folder, replace_folder=True) as part:
        fitted_priors.save(part, priors)
    print_done(f"resynthesize {training.name}: {counts}", folder)


if __name__ == "__main__":
    main()
