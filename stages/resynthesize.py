"""One cell -> test speech with the original phase, its codes and the terms of the bound."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from sdmvae import audio, params, resynthesis, stft, weights
from sdmvae.files import whole
from sdmvae.progress import progress
from sdmvae.seeds import seed_for
from stages import named
from stages.checking import check_device
from stages.reporting import refusing

SPEECH, MANIFEST = Path("data/speech"), Path("data/manifest.csv")


def main() -> None:
    """Run the stage."""
    with refusing(params.ParameterError, weights.WeightsError, audio.AudioError):
        settings = params.read()
        cell = named.cell(settings)
        check_device(settings.train.device)
        run(cell, settings.stft, settings.train)


def run(cell: params.Cell, settings: params.Stft, train: params.Train) -> None:
    """Resynthesise every test utterance through the cell."""
    torch.set_num_threads(1)
    autoencoder = weights.load(Path(f"data/models/{cell.name}")).to(train.device)
    manifest = pd.read_csv(MANIFEST)
    test = manifest[manifest["split"] == "test"]
    codes, bounds = [], []
    with whole(Path(f"data/resynthesis/{cell.name}")) as folder:
        for name in progress(test["path"], f"resynthesize {cell.name}", len(test), "file"):
            samples, peak = audio.normalise(audio.read(SPEECH / name).samples)
            spectrogram = stft.stft(samples, window=settings.window, hop=settings.hop)
            power = stft.power(spectrogram, floor=settings.floor)
            coded = resynthesis.code(
                autoencoder, power, seed_for(train.seed, cell.name, "bound", name)
            )
            estimate = stft.istft(
                resynthesis.with_phase(coded.variance, spectrogram),
                window=settings.window,
                hop=settings.hop,
                length=len(samples),
            )
            target = (folder / "speech" / name).with_suffix(".wav")
            target.parent.mkdir(parents=True, exist_ok=True)
            audio.write(target, estimate * peak, format="WAV", subtype="PCM_16")
            codes.append(coded.codes)
            reconstruction, kl = coded.reconstruction.mean(), coded.kl.mean()
            bounds.append((name, len(power), -(reconstruction + kl), reconstruction, kl))
        np.save(folder / "codes.npy", np.concatenate(codes))
        columns = ["path", "frames", "elbo", "reconstruction", "kl"]
        pd.DataFrame(bounds, columns=columns).to_csv(folder / "bounds.csv", index=False)
    print(f"resynthesize {cell.name}: {len(test)} utterances, {sum(map(len, codes))} frames")


if __name__ == "__main__":
    main()
