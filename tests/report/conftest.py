"""Made-up outputs of a run, which the tests of the report share."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sdmvae import params, report
from sdmvae.dsp import audio_file
from sdmvae.evaluation import results

TEMPLATES = Path(report.__file__).parent / "templates"
WINDOW, HOP = 64, 32
SCORES = ["likelihood", "likelihood_gain", "likelihood_gaussian", "iwae", "objective"]
SCORES += ["reconstruction", "kl", "hoyer", "pesq", "pesq_wb", "stoi", "estoi", "si_sdr"]
SCORES += ["log_spectral_distance", "mel_cepstral_distortion"]
VARIANTS = {
    "vae": {"model": "vae"},
    "vsc-a05": {"model": "vsc", "alpha": 0.05},
    "sdm-dct6": {"model": "sdm", "dictionary": "dct", "atoms": 6},
}


def settings(variants, dims, **train):
    """Return the checked parameters of a small run."""
    return params.Params.model_validate(
        {
            "corpus": {"name": "voices", "root": None, "utterances": None},
            "split": {"train": 2, "validation": 1, "test": 2, "seed": 0},
            "stft": {"window": WINDOW, "hop": HOP, "floor": 1e-6, "trim": 30.0},
            "train": {
                "encoder_input": "log-power",
                "likelihood": "itakura-saito",
                "representation": "power",
                "learning_rate": 1e-3,
                "batch_size": 128,
                "epochs": 3,
                "patience": 2,
                "seed": 0,
                "device": "cpu",
                **train,
            },
            "resynthesize": {"decode": "mean", "importance_samples": 2},
            "network": {"hidden": [128]},
            "latent_dims": [f"m{m}" for m in dims],
            "variants": variants,
        }
    )


class Run:
    """The outputs of a run, written into a folder."""

    def __init__(self, data, run, speakers, seconds):
        self.data, self.settings = data, run
        self.random = np.random.default_rng(0)
        self.test = [(name, f"{name}/{i}.flac", s) for name in speakers for i, s in seconds(name)]
        rows = [
            {
                "split": part,
                "speaker": speaker,
                "utterance": path.rpartition("/")[2].removesuffix(".flac"),
                "seconds": length,
                "path": path,
                "recording": path,
                "recording_rate": 22050,
                "recording_channels": 1,
                "gain": 1.0,
            }
            for part, speaker, path, length in [
                ("train", "tom", "tom/0.flac", 1.5),
                ("validation", "val", "val/0.flac", 1.0),
                *(("test", *each) for each in self.test),
            ]
        ]
        data.mkdir(parents=True)
        pd.DataFrame(rows).to_csv(data / "manifest.csv", index=False)
        left_out = pd.DataFrame(columns=["speaker", "utterance", "recording", "reason"])
        left_out.to_csv(data / "left_out.csv", index=False)
        for _, path, length in self.test:
            self.sound(data / "speech" / path, length)
        self.cells = [self.cell(each) for each in run.cells]

    def sound(self, path, seconds, scale=0.2):
        path.parent.mkdir(parents=True, exist_ok=True)
        samples = scale * self.random.standard_normal(int(seconds * audio_file.SAMPLE_RATE))
        audio_file.write(path, samples)

    def cell(self, cell):
        """Write all outputs of a cell, and return its scores as the table takes them."""
        variant, made = self.settings.variants[cell.variant], self.data / "resynthesis" / cell.name
        dims = variant.arguments.get("atoms") or cell.m
        rows, codes = [], []
        for number, (speaker, path, length) in enumerate(self.test):
            self.sound((made / "speech" / path).with_suffix(".wav"), length, 0.1)
            frames = 1 + int(length * audio_file.SAMPLE_RATE) // HOP
            codes.append(self.random.laplace(size=(frames, dims)) / (1 + np.arange(dims)))
            scores = {name: round(1 + number + self.random.random(), 6) for name in SCORES}
            named = {"speaker": speaker, "utterance": number, "seconds": length, "path": path}
            rows.append({**named, "frames": frames, **scores, "remark": ""})
        utterances = pd.DataFrame(rows)
        (self.data / "scores" / cell.name).mkdir(parents=True)
        utterances.to_csv(self.data / "scores" / cell.name / "utterances.csv", index=False)
        np.save(made / "codes.npy", np.concatenate(codes).astype(np.float32))
        divergence = np.abs(np.concatenate(codes)).astype(np.float16)
        np.save(made / "kl_by_dimension.npy", divergence)
        self.curve(cell.name)
        self.weights(cell, made)
        means = utterances.mean(numeric_only=True).round(6).to_dict()
        counts = {
            "hoyer_above_gaussian": 0.1 + 0.01 * dims,
            "effective_dims": 0.5 * dims,
            "dims_in_use": 0.8 * dims,
            "hoyer_frames": 0.4,
            "hoyer_normalised": 0.4,
            "hoyer_of_ratios": 0.4,
            "gini": 0.4,
            "active_dims": dims,
            "dims": dims,
            "hoyer_hard": None,
            "coherence": None,
            "atoms_in_use": None,
            "utterances": len(rows),
            "utterances_scored": len(rows),
            "frames": sum(map(len, codes)),
            "frames_all_zero": 0,
        }
        described = {"cell": cell.name, "model": variant.model, "arguments": variant.arguments}
        return {**described, "m": cell.m, **means, **counts}

    def curve(self, name):
        epochs = range(1, 4)
        columns = ["epoch", "train_loss", "validation_loss", "reconstruction", "kl", "penalty"]
        rows = [(each, 10 / each, 12 / each, 8 / each, 4 / each, 0.0) for each in epochs]
        (self.data / "curves").mkdir(exist_ok=True)
        pd.DataFrame(rows, columns=columns).to_csv(self.data / f"curves/{name}.csv", index=False)

    def weights(self, cell, made):
        import torch

        from sdmvae import autoencoder
        from sdmvae.training import saved

        configuration = self.settings.configuration(cell, bins=WINDOW // 2 + 1)
        network = autoencoder.build(configuration, torch.Generator().manual_seed(1))
        folder = self.data / "models" / cell.name
        folder.mkdir(parents=True)
        saved.save(folder, configuration, network.state_dict())
        if network.model.dictionary is not None:
            np.save(made / "dictionary.npy", network.model.dictionary.detach().numpy())


@pytest.fixture
def make_results(tmp_path):
    """A function that writes made-up outputs of a run and reads them."""

    def make(
        variants=VARIANTS, dims=(4,), speakers=("ann", "bob"), seconds=lambda _: [(0, 0.6)], **train
    ):
        """`seconds` returns the number and the length of each test utterance of a speaker."""
        run = settings(variants, dims, **train)
        data = tmp_path / f"data{len(list(tmp_path.iterdir()))}"
        made = Run(data, run, speakers, seconds)
        return results.read(run, "Kokoro-82M", made.cells, data)

    return make


@pytest.fixture
def tiny_results(make_results):
    """Three cells with m = 4, one of them an SDM-VAE, and two test speakers with 0.6 s each."""
    return make_results()


@pytest.fixture
def rendered():
    """A function that renders the template of a section with what its module returns."""

    def render(name, context):
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
        )
        template = environment.get_template(f"{name}.html")
        return template.render({name: context, "sections": {name: "A title"}, "synthesiser": None})

    return render


@pytest.fixture
def lock(tmp_path):
    """The path of a file with versions of packages."""
    path = tmp_path / "requirements.lock"
    path.write_text("# Exact versions\nnumpy==2.4.1\n\ntorch==2.13.0  # a remark\n")
    return path


@pytest.fixture
def page_of(lock):
    """A function that returns the page of a run."""
    from sdmvae.report import page

    return lambda results: page.render(results, lock)
