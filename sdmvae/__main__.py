"""The command line: resynthesise one recording with one trained cell, and print its scores.

For example: python -m sdmvae speech.wav resynthesis.wav --cell vae-m64
"""

import argparse
from pathlib import Path

from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.determinism import pin_arithmetic
from sdmvae.runtime.messages import exit_at_once_on_interrupt, exit_on

MODELS, PRIORS = Path("data/models"), Path("data/priors")
FORMATS = {".wav": "WAV", ".flac": "FLAC"}


class ArgumentError(ValueError):
    """An argument cannot be used; the message is one line."""


def main() -> None:
    """Check the arguments, write the resynthesis, and print its scores."""
    parser = argparse.ArgumentParser(
        prog="python -m sdmvae",
        description="Resynthesise a recording with a trained cell, and print the scores.",
    )
    parser.add_argument("recording", type=Path, help="an audio file that libsndfile reads")
    parser.add_argument(
        "output", type=Path, help="the .wav or .flac file to write: 16 kHz, 16 bits, one channel"
    )
    parser.add_argument("--cell", required=True, help=f"the name of a folder in {MODELS}")
    parser.add_argument("--seed", help="the seed that it was trained with; by default, the lowest")
    parser.add_argument("--force", action="store_true", help="replace the output if it exists")
    arguments = parser.parse_args()
    with exit_on(ArgumentError):
        seed = find_seed(arguments.cell, arguments.seed)
        check_output(arguments.output, arguments.recording, force=arguments.force)
    # NumPy and PyTorch choose their instructions when they are imported, which `run` does.
    pin_arithmetic()
    run(arguments.recording, arguments.output, arguments.cell, seed, force=arguments.force)


def find_seed(cell: str, seed: str | None) -> str:
    """Return the seed of the weights to use.

    Args:
        cell: The name of a cell.
        seed: A seed; None for the lowest that the cell was trained with.

    Raises:
        ArgumentError: The cell is not trained, or not with this seed; the message lists what is.
    """
    if cell not in (trained := _list_folders(MODELS)):
        raise ArgumentError(
            f"--cell: {cell!r} is not trained: in {MODELS} there are {', '.join(trained) or 'none'}"
        )
    seeds = sorted(_list_folders(MODELS / cell), key=lambda name: (len(name), name))
    if not seeds or (seed is not None and seed not in seeds):
        raise ArgumentError(
            f"--seed: {seed!r}: {cell} is trained with the seeds {', '.join(seeds) or 'none'}"
        )
    return seeds[0] if seed is None else seed


def _list_folders(parent: Path) -> list[str]:
    folders = parent.iterdir() if parent.is_dir() else ()
    return sorted(path.name for path in folders if path.is_dir() and path.name[0] != ".")


def check_output(output: Path, recording: Path, *, force: bool) -> None:
    """Check that the output can be written and that nothing is lost by it.

    Args:
        output: The file to write.
        recording: The input, which is never replaced, also not through a link.
        force: Allow an existing file to be replaced.

    Raises:
        ArgumentError: The output must not be written; the message says what to change.
    """
    if output.is_dir():
        raise ArgumentError(f"{output}: is a folder: give the name of a file in it")
    if output.exists() and recording.exists() and output.samefile(recording):
        raise ArgumentError(f"{output}: is the recording itself: give another output")
    if output.suffix.lower() not in FORMATS:
        raise ArgumentError(
            f"{output}: has the suffix {output.suffix!r}: give one of {', '.join(FORMATS)}"
        )
    if not output.parent.is_dir():
        raise ArgumentError(f"{output}: {output.parent} is no folder: make it first")
    if output.exists() and not output.is_file():
        raise ArgumentError(f"{output}: is not a regular file: give another output")
    if not force and (output.exists() or output.is_symlink()):
        raise ArgumentError(f"{output}: exists already: add --force to replace it")


def run(recording: Path, output: Path, cell: str, seed: str, *, force: bool) -> None:
    """Resynthesise a recording as the pipeline does, with the settings in params.yaml.

    Args:
        recording: The audio file to read.
        output: The file to write, which `check_output` has accepted.
        cell: The name of a trained cell.
        seed: The seed that it was trained with.
        force: Allow an existing file to be replaced.
    """
    # Imported here, because PyTorch takes seconds: a wrong argument is refused without it.
    import numpy as np
    import torch

    from sdmvae import corpora, params
    from sdmvae.dsp import audio_file
    from sdmvae.evaluation import cell_scores, fitted_priors, resynthesis
    from sdmvae.evaluation.scores.base import finite_mean
    from sdmvae.nn.sparsity import hoyer
    from sdmvae.runtime.plugins import PluginError
    from sdmvae.runtime.seeds import seed_for
    from sdmvae.training import saved

    errors = (params.ParameterError, PluginError, saved.WeightsError, audio_file.AudioError)
    with exit_on(ArgumentError, fitted_priors.PriorError, *errors):
        torch.set_num_threads(1)
        settings = params.read()
        corpus = corpora.load(settings.corpus.name)
        priors = PRIORS / cell / seed
        samples, peak = audio_file.read_normalised(recording)
        estimate, analysis = resynthesis.resynthesise(
            saved.load(MODELS / cell / seed),
            samples,
            resynthesis.Settings.from_params(settings),
            seed_for(seed, cell, "resynthesis", recording.name),
            fitted_priors.load(priors) if priors.is_dir() else {},
        )
        with atomic_path(output) as path:
            format = FORMATS[output.suffix.lower()]
            audio_file.write(path, estimate * peak, format=format, subtype="PCM_16")
            # Checked again, because another program may have written a file there by now.
            check_output(output, recording, force=force)
        # In a process of its own, because the library of PESQ ends it for many bursts of speech.
        row = cell_scores.score_utterances([(recording, output)], "scores").iloc[0]
        remark, results = row.pop("remark"), dict(row)
        results["hoyer"] = finite_mean(hoyer(analysis.codes))
        if np.isfinite(likelihood := analysis.bounds["likelihood"].mean()):
            results["likelihood"] = float(likelihood)
        seconds = len(samples) / audio_file.SAMPLE_RATE
        print(f"{output}: {seconds:.2f} s, {len(analysis.codes)} frames, {cell}")
        if corpus.synthesiser:
            print(
                f"{cell} was trained on synthetic speech: corpus {settings.corpus.name}, "
                f"spoken by {corpus.synthesiser}"
            )
        width = max(map(len, results))
        print("\n".join(f"{name:{width}} {value:9.3f}" for name, value in results.items()))
        if remark:
            print(remark)


if __name__ == "__main__":
    exit_at_once_on_interrupt()
    main()
