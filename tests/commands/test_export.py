"""An exported cell: what is written, that it is read anywhere, and what is refused."""

import json

import numpy as np
import pytest
import safetensors.numpy

import sdmvae

CODES = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)


@pytest.fixture
def exported(here, run):
    """A folder with the exported cell, away from its run."""
    for seed, pesq in ((0, 3.2), (1, 3.0)):
        scores = here / f"data/scores/vae-m4/{seed}"
        scores.mkdir(parents=True)
        (scores / "summary.json").write_text(json.dumps({"pesq": pesq, "stoi": None}))
    run("export", "vae-m4", "exported")
    (here / "data").rename(here / "gone")
    return here / "exported"


def test_an_exported_cell_is_the_trained_one(here, exported):
    cell, trained = sdmvae.load(exported), sdmvae.load(here / "gone/models/vae-m4/0")
    np.testing.assert_array_equal(cell.power(CODES), trained.power(CODES))
    np.testing.assert_array_equal(cell.generate(5).values, trained.generate(5).values)
    np.testing.assert_array_equal(
        cell.encode("speech.wav").values, trained.encode("speech.wav").values
    )
    about = cell.about
    assert (about.name, about.seed, about.corpus) == ("vae-m4", "0", "voices")
    assert about.synthesiser == "Kokoro-82M" and about.scores["pesq"] == 3.2


def test_the_card_says_what_the_cell_is(exported):
    card = (exported / "README.md").read_text()
    for part in (
        "# vae-m4",
        "a code of 4 numbers",
        "a frame of 256 samples every 64 samples (4 ms)",
        "the corpus voices, which is synthetic speech, spoken by Kokoro-82M",
        "- PESQ: 3.20 ± 0.14, higher is better",
        "sdmvae.load(",
        "MIT",
    ):
        assert part in card.replace("\n", " ") or part in card, part


def test_every_file_is_plain(exported):
    names = {path.relative_to(exported).as_posix() for path in exported.rglob("*.*")}
    assert names == {
        *("README.md", "configuration.json", "export.json", "scores.json", "weights.safetensors"),
        *("priors/priors.json", "priors/gaussian.safetensors", "priors/mixture.safetensors"),
    }


def change_weights(folder):
    weights = safetensors.numpy.load_file(folder / "weights.safetensors")
    weights = {name: array + 1 for name, array in weights.items()}
    safetensors.numpy.save_file(weights, folder / "weights.safetensors")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (change_weights, "weights.safetensors: has changed: its SHA-256 is not that"),
        (lambda folder: (folder / "more.pt").write_bytes(b""), "more.pt: is unknown"),
        (lambda folder: (folder / "scores.json").unlink(), "scores.json: is missing"),
        (lambda folder: (folder / "export.json").write_text("{}"), "does not list the files"),
        (lambda folder: (folder / "export.json").write_text("["), "does not list the files"),
    ],
)
def test_a_folder_that_was_changed_is_refused(exported, refusal, change, reason):
    change(exported)
    with pytest.raises(ValueError, match=reason) as caught:
        sdmvae.load(exported)
    assert "\n" not in str(caught.value)
    assert reason in refusal("generate", "made.wav", "--cell", exported)


def test_a_note_in_the_card_is_no_change(exported):
    with (exported / "README.md").open("a") as card:
        card.write("A note of a reader.\n")
    assert sdmvae.load(exported).dims == 4


def test_a_folder_is_not_replaced(here, run, refusal):
    (here / "mine").mkdir()
    (here / "mine/precious.txt").write_text("precious")
    for force in ([], ["--force"]):
        message = refusal("export", "vae-m4", "mine", *force)
        assert message == "error: mine: exists and is no exported cell: give another folder"
    run("export", "vae-m4", "exported")
    assert "add --force to replace it" in refusal("export", "vae-m4", "exported")
    run("export", "vae-m4", "exported", "--force")
    assert (here / "mine/precious.txt").exists()
