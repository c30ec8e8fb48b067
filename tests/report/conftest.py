"""Made-up outputs of a run, which the tests of the report share."""

import json
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sdmvae import params, report
from sdmvae.dsp import audio_file
from sdmvae.evaluation import results
from tests.support.made_up_probes import write_probes

TEMPLATES = Path(report.__file__).parent / "templates"
WINDOW, HOP = 64, 32
SCORES = ["likelihood", "likelihood_gain", "likelihood_gaussian", "iwae", "objective"]
SCORES += ["reconstruction", "kl", "pesq", "pesq_wb", "stoi", "estoi", "si_sdr"]
SCORES += ["log_spectral_distance", "mel_cepstral_distortion"]
SCORES += ["hoyer_above_gaussian", "effective_dims", "hoyer", "dims_in_use"]
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
                "decay": 0.0,
                "beta2": 0.999,
                "batch_size": 128,
                "epochs": 3,
                "patience": 2,
                "seeds": [0],
                "device": "cpu",
                **train,
            },
            "resynthesize": {"decode": "mean", "importance_samples": 2},
            "compare": {"error": 0.05, "margins": {"pesq": 0.1, "estoi": 0.01}},
            "network": {"hidden": [128]},
            "latent_dims": [f"m{m}" for m in dims],
            "variants": variants,
        }
    )


class Run:
    """The outputs of a run, written into a folder."""

    def __init__(self, data, run, speakers, seconds, effects):
        self.data, self.settings, self.effects = data, run, effects
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
            self.sound(data / "speech" / "test" / path, length)
        for training in run.trainings:
            self.train(training)
        utterances = [(path, speaker, path) for speaker, path, _ in self.test]
        write_probes(data, run, utterances)

    def sound(self, path, seconds, scale=0.2):
        path.parent.mkdir(parents=True, exist_ok=True)
        samples = scale * self.random.standard_normal(int(seconds * audio_file.SAMPLE_RATE))
        audio_file.write(path, samples)

    def train(self, training):
        """Write all outputs of a cell with one seed."""
        cell, made = training.cell, self.data / "resynthesis" / training.folder
        dims = self.settings.variants[cell.variant].arguments.get("atoms") or cell.m
        rows, codes = [], []
        for number, (speaker, path, length) in enumerate(self.test):
            self.sound((made / "speech" / path).with_suffix(".wav"), length, 0.1)
            frames = 1 + int(length * audio_file.SAMPLE_RATE) // HOP
            codes.append(self.random.laplace(size=(frames, dims)) / (1 + np.arange(dims)))
            named = {"speaker": speaker, "utterance": number, "seconds": length, "path": path}
            scores = self.scores(cell.name, number)
            rows.append({**named, "frames": frames, **scores, "remark": ""})
        np.save(made / "codes.npy", np.concatenate(codes).astype(np.float32))
        divergence = np.abs(np.concatenate(codes)).astype(np.float16)
        np.save(made / "kl_by_dimension.npy", divergence)
        utterances = pd.DataFrame(rows)
        counts = {"frames": sum(map(len, codes)), "frames_all_zero": 0}
        whole = {"active_dims": dims, "dims": dims, "energy_distance_fitted": 0.01}
        whole["energy_distance_prior"] = None
        self.write_scores(training, utterances, {**whole, **counts})
        self.curve(training)
        self.weights(training, made)

    def scores(self, cell, number):
        """Return scores of an utterance with the effects that a test asks for.

        Without effects cells differ by chance only.
        """
        scores = {name: 1 + number + self.random.random() for name in SCORES}
        for name, effect in self.effects.get(cell, {}).items():
            scores[name] = 1 + number + effect + 0.001 * self.random.random()
        return {name: round(value, 6) for name, value in scores.items()}

    def write_scores(self, training, utterances, counts):
        folder = self.data / "scores" / training.folder
        folder.mkdir(parents=True)
        utterances.to_csv(folder / "utterances.csv", index=False)
        same = ("hoyer_frames", "hoyer_normalised", "hoyer_of_ratios", "gini")
        none = ("hoyer_hard", "coherence", "atoms_in_use")
        summary = {
            **{name: round(float(utterances[name].mean()), 6) for name in SCORES},
            **dict.fromkeys(same, 0.4),
            **dict.fromkeys(none),
            "utterances": len(utterances),
            "utterances_scored": len(utterances),
            **counts,
        }
        (folder / "summary.json").write_text(json.dumps(summary))

    def curve(self, training):
        epochs = range(1, 4)
        columns = ["epoch", "train_loss", "validation_loss", "reconstruction", "kl", "penalty"]
        columns += ["hoyer_above_gaussian"]
        rows = [(each, 10 / each, 12 / each, 8 / each, 4 / each, 0.0, each / 50) for each in epochs]
        path = (self.data / "curves" / training.folder).with_suffix(".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(rows, columns=columns).to_csv(path, index=False)

    def weights(self, training, made):
        import torch

        from sdmvae import autoencoder
        from sdmvae.training import saved

        configuration = self.settings.configuration(training.cell, bins=WINDOW // 2 + 1)
        network = autoencoder.build(configuration, torch.Generator().manual_seed(1))
        folder = self.data / "models" / training.folder
        folder.mkdir(parents=True)
        saved.save(folder, configuration, network.state_dict())
        if network.model.dictionary is not None:
            np.save(made / "dictionary.npy", network.model.dictionary.detach().numpy())


@pytest.fixture
def make_results(tmp_path):
    """A function that writes made-up outputs of a run and reads them."""

    def make(
        variants=VARIANTS,
        dims=(4,),
        speakers=("ann", "bob"),
        seconds=lambda _: [(0, 0.6)],
        effects=MappingProxyType({}),
        **train,
    ):
        """Write and read a run.

        `seconds` returns the number and the length of each test utterance of a speaker, and
        `effects` are by cell how much a score is above that of others, by its name.
        """
        run = settings(variants, dims, **train)
        data = tmp_path / f"data{len(list(tmp_path.iterdir()))}"
        Run(data, run, speakers, seconds, effects)
        return results.read(run, "Kokoro-82M", results.read_cells(run, data), data)

    return make


@pytest.fixture
def tiny_results(make_results):
    """Three cells with m = 4, one of them an SDM-VAE, and two test speakers with 0.6 s each."""
    return make_results()


@pytest.fixture
def seeded_results(make_results):
    """The cells of `tiny_results` with three seeds, and effects that are far larger than chance.

    The VSC is sparser than the VAE and loses quality. The SDM-VAE is sparser and loses none.
    """
    effects = {
        "vae-m4": {"pesq": 0.0, "estoi": 0.0, "hoyer_above_gaussian": 0.0, "hoyer": 0.0},
        "vsc-a05-m4": {"pesq": -0.5, "estoi": -0.1, "hoyer_above_gaussian": 0.3, "hoyer": 0.3},
        "sdm-dct6-m4": {"pesq": 0.0, "estoi": 0.0, "hoyer_above_gaussian": 0.1, "hoyer": -0.1},
    }
    return make_results(seeds=[0, 1, 2], speakers=("ann", "bob", "cyd"), effects=effects)


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
