"""One cell -> test speech with the original phase, its codes and the terms of the bound."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from sdmvae import audio, params, resynthesis, weights
from sdmvae.files import whole
from sdmvae.progress import progress
from sdmvae.seeds import seed_for
from stages import named
from stages.checking import check_device
from stages.reporting import closing, refusing

SPEECH, MANIFEST = Path("data/speech"), Path("data/manifest.csv")


def main() -> None:
    """Run the stage."""
    with refusing(params.ParameterError, weights.WeightsError, audio.AudioError):
        settings = params.read()
        cell = named.cell(settings)
        check_device(settings.train.device)
        run(cell, settings)


def run(cell: params.Cell, settings: params.Params) -> None:
    """Resynthesise every test utterance through the cell."""
    torch.set_num_threads(1)
    autoencoder = weights.load(Path(f"data/models/{cell.name}")).to(settings.train.device)
    manifest = pd.read_csv(MANIFEST)
    test = manifest[manifest["split"] == "test"]
    codes, hard_codes, bounds = [], [], []
    made = Path(f"data/resynthesis/{cell.name}")
    with whole(made) as folder:
        for name in progress(test["path"], f"resynthesize {cell.name}", len(test), "file"):
            samples, peak = audio.utterance(SPEECH / name)
            estimate, coded = resynthesis.through(
                autoencoder,
                samples,
                window=settings.stft.window,
                hop=settings.stft.hop,
                floor=settings.stft.floor,
                decode=settings.resynthesize.decode,
                importance_samples=settings.resynthesize.importance_samples,
                seed=seed_for(settings.train.seed, cell.name, "resynthesis", name),
            )
            target = (folder / "speech" / name).with_suffix(".wav")
            target.parent.mkdir(parents=True, exist_ok=True)
            audio.write(target, estimate * peak, format="WAV", subtype="PCM_16")
            codes.append(coded.codes)
            if coded.hard_codes is not None:
                hard_codes.append(coded.hard_codes)
            reconstruction, kl = coded.reconstruction.mean(), coded.kl.mean()
            terms = (-(reconstruction + kl), reconstruction, kl, coded.iwae.mean())
            bounds.append((name, len(coded.codes), *terms))
        np.save(folder / "codes.npy", np.concatenate(codes))
        if hard_codes:
            np.save(folder / "hard_codes.npy", np.concatenate(hard_codes))
        if hasattr(autoencoder.model, "dictionary"):
            np.save(folder / "dictionary.npy", autoencoder.model.dictionary.detach().cpu().numpy())
        columns = ["path", "frames", "elbo", "reconstruction", "kl", "iwae"]
        pd.DataFrame(bounds, columns=columns).to_csv(folder / "bounds.csv", index=False)
    frames = sum(map(len, codes))
    closing(f"resynthesize {cell.name}: {len(test)} utterances, {frames} frames", made)


if __name__ == "__main__":
    main()
