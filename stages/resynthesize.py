"""One cell and seed -> fitted priors, test speech with its own phase, codes and likelihood."""

from collections.abc import Iterator
from functools import partial

from sdmvae import params
from sdmvae.dsp.audio_file import AudioError
from sdmvae.evaluation import fitted_priors
from sdmvae.evaluation.cell_resynthesis import Utterance, write_resynthesis
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import Crashed, map_processes, run_one
from sdmvae.training import device, saved
from stages._common import DATA, TEST_SPEECH, declared_training
from stages._resynthesis import fit_priors, list_test_speech, resynthesise


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, device.DeviceError, saved.WeightsError, AudioError):
        settings = params.read()
        run(declared_training(settings), settings)


def run(training: params.Training, settings: params.Params) -> None:
    """Fit the priors of the trained cell, resynthesise every test utterance, and write all this."""
    folder, names = DATA / "resynthesis" / training.folder, list_test_speech()
    dictionary = saved.load(DATA / "models" / training.folder).model.dictionary
    with (
        atomic_path(DATA / "priors" / training.folder, replace_folder=True) as priors,
        atomic_path(folder, replace_folder=True) as part,
    ):
        fitted, distances = run_one(fit_priors, training, settings)
        fitted_priors.save(priors, fitted)
        work = partial(resynthesise, training=training, settings=settings, priors=priors)
        # Processes that share an accelerator would only wait for one another.
        processes = None if settings.train.device == "cpu" else 1
        results = map_processes(work, names, processes)
        bar = progress(_completed(results), f"resynthesize {training.name}", len(names), "file")
        atoms = None if dictionary is None else dictionary.detach().numpy()
        frames = write_resynthesis(bar, part, atoms, distances)
    print_done(f"resynthesize {training.name}: {len(names)} utterances, {frames} frames", folder)


def _completed(
    results: Iterator[tuple[str, Utterance | Crashed]],
) -> Iterator[tuple[str, Utterance]]:
    # Cells are compared utterance by utterance, so none may lack one.
    for name, outcome in results:
        if isinstance(outcome, Crashed):
            raise AudioError(f"{TEST_SPEECH / name}: {outcome}")
        yield name, outcome


if __name__ == "__main__":
    main()
