"""One cell -> test speech with the original phase, its codes and the terms of the bound."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from sdmvae import params
from sdmvae.dsp import audio_file
from sdmvae.evaluation import resynthesis
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from sdmvae.runtime.seeds import seed_for
from sdmvae.training import saved
from stages._common import check_device, declared_cell

SPEECH, MANIFEST = Path("data/speech"), Path("data/manifest.csv")


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, saved.WeightsError, audio_file.AudioError):
        settings = params.read()
        cell = declared_cell(settings)
        check_device(settings.train.device)
        run(cell, settings)


def run(cell: params.Cell, settings: params.Params) -> None:
    """Resynthesise every test utterance through the cell."""
    torch.set_num_threads(1)
    autoencoder = saved.load(Path(f"data/models/{cell.name}")).to(settings.train.device)
    manifest = pd.read_csv(MANIFEST)
    test = manifest[manifest["split"] == "test"]
    codes, hard_codes, bounds = [], [], []
    made = Path(f"data/resynthesis/{cell.name}")
    with atomic_path(made, replace_folder=True) as folder:
        for name in progress(test["path"], f"resynthesize {cell.name}", len(test), "file"):
            samples, peak = audio_file.read_normalised(SPEECH / name)
            estimate, coded = resynthesis.resynthesise(
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
            audio_file.write(target, estimate * peak, format="WAV", subtype="PCM_16")
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
    print_done(f"resynthesize {cell.name}: {len(test)} utterances, {frames} frames", made)


if __name__ == "__main__":
    main()
