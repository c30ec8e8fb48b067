"""Measure what resynthesis alone costs: speech is rebuilt from its own power, without a model.

Usage, from the root of the repository after the stage `split`: python -m benchmarks.ceiling
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from sdmvae import params
from sdmvae.dsp import audio_file, signal, stft
from sdmvae.evaluation import resynthesis
from sdmvae.evaluation.scores.speech import pesq, si_sdr
from sdmvae.runtime.progress import progress

SPEECH, MANIFEST = Path("data/speech"), Path("data/manifest.csv")


def main() -> None:
    """Print the median and the lowest score of the test utterances."""
    settings = params.read().stft
    manifest = pd.read_csv(MANIFEST)
    paths = manifest.loc[manifest["split"] == "test", "path"]
    with TemporaryDirectory() as folder:
        rows = [
            score_rebuilt(SPEECH / path, settings, Path(folder) / "rebuilt.wav")
            for path in progress(paths, "ceiling", len(paths), "file")
        ]
    print(pd.DataFrame(rows).agg(["median", "min"]).round(2).to_string())


def score_rebuilt(path: Path, settings: params.Stft, scratch: Path) -> dict[str, float]:
    """Return the scores of an utterance that is rebuilt with y = s as `resynthesize` does."""
    reference = audio_file.read(path).samples
    samples, peak = signal.normalise(reference)
    spectrogram = stft.stft(samples, window=settings.window, hop=settings.hop)
    power = np.exp(stft.log_power(spectrogram, floor=settings.floor))
    estimate = stft.istft(
        resynthesis.with_phase(power, spectrogram),
        window=settings.window,
        hop=settings.hop,
        length=len(samples),
    )
    audio_file.write(scratch, estimate * peak, format="WAV", subtype="PCM_16")
    rebuilt, rate = audio_file.read(scratch).samples, audio_file.SAMPLE_RATE
    return {
        "raw PESQ": pesq(reference, rebuilt, rate),
        "SI-SDR, dB": si_sdr(reference, rebuilt, rate),
    }


if __name__ == "__main__":
    main()
