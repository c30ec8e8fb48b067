"""What resynthesis alone costs: test speech rebuilt from its own power, no model in between.

Run from the repository's root after the split stage: python -m benchmarks.ceiling
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


def rebuilt(path: Path, settings: params.Stft, scratch: Path) -> dict[str, float]:
    """Scores of the utterance at `path`, rebuilt with y = s as the resynthesize stage would."""
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
    heard = audio_file.read(scratch).samples
    rate = audio_file.SAMPLE_RATE
    return {"raw PESQ": pesq(reference, heard, rate), "SI-SDR, dB": si_sdr(reference, heard, rate)}


def main() -> None:
    """Print the median and the worst over the test utterances."""
    settings = params.read().stft
    manifest = pd.read_csv(MANIFEST)
    paths = manifest.loc[manifest["split"] == "test", "path"]
    with TemporaryDirectory() as folder:
        rows = [
            rebuilt(SPEECH / path, settings, Path(folder) / "rebuilt.wav")
            for path in progress(paths, "ceiling", len(paths), "file")
        ]
    table = pd.DataFrame(rows)
    print(table.agg(["median", "min"]).round(2).to_string())


if __name__ == "__main__":
    main()
