"""One recording through one trained cell: python -m sdmvae speech.wav made.wav --cell vae-m64."""

import argparse
import sys
from pathlib import Path

import torch

from sdmvae import params
from sdmvae.dsp import audio_file
from sdmvae.evaluation import cell_scores, resynthesis
from sdmvae.evaluation.scores.base import finite_mean
from sdmvae.evaluation.scores.codes import hoyer
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.seeds import seed_for
from sdmvae.training import saved

MODELS = Path("data/models")


def main() -> None:
    """Write the resynthesis, print its scores and how sparse its code is."""
    parser = argparse.ArgumentParser(prog="python -m sdmvae", description=__doc__)
    parser.add_argument("recording", type=Path, help="audio that libsndfile reads")
    parser.add_argument("made", type=Path, help="the WAV to write, 16 kHz and mono")
    parser.add_argument("--cell", required=True, help="a folder of data/models")
    given = parser.parse_args()
    torch.set_num_threads(1)
    try:
        run(given.recording, given.made, given.cell, params.read())
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(f"error: {where}{error.strerror or error}")
    except (params.ParameterError, saved.WeightsError, audio_file.AudioError) as error:
        sys.exit("error: " + " ".join(str(error).split()))


def run(recording: Path, made: Path, cell: str, settings: params.Params) -> None:
    """Resynthesise as the pipeline would, with the parameters of `settings`."""
    trained = sorted(path.name for path in MODELS.glob("*") if path.is_dir())
    if cell not in trained:
        raise saved.WeightsError(
            f"--cell {cell}: is not trained; in {MODELS} there are {', '.join(trained) or 'none'}"
        )
    samples, peak = audio_file.read_normalised(recording)
    estimate, coded = resynthesis.resynthesise(
        saved.load(MODELS / cell),
        samples,
        window=settings.stft.window,
        hop=settings.stft.hop,
        floor=settings.stft.floor,
        decode=settings.resynthesize.decode,
        importance_samples=settings.resynthesize.importance_samples,
        seed=seed_for(settings.train.seed, cell, "resynthesis", recording.name),
    )
    with atomic_path(made) as path:
        audio_file.write(path, estimate * peak, format="WAV", subtype="PCM_16")
    found, remarks = cell_scores.score_pair(
        samples * peak, audio_file.read(made).samples, audio_file.SAMPLE_RATE
    )
    found["hoyer"] = finite_mean(hoyer(coded.codes))
    found["iwae"] = float(coded.iwae.mean())
    print(
        f"{made}: {len(samples) / audio_file.SAMPLE_RATE:.2f} s, {len(coded.codes)} frames, {cell}"
    )
    print("\n".join(f"{name:8} {value:9.3f}" for name, value in found.items()))
    for remark in remarks:
        print(remark)


if __name__ == "__main__":
    main()
