"""Bad input, stage by stage: the line it prints, the exit status, and that the rest goes on."""

import io
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from stages import features, report, score, source, split
from tests.support.small_project import corpus, speak

SPEECH = Path("data/speech")

PARAMS = """\
corpus:
  name: folder
  root: a corpus
split:
  train: 2
  validation: 1
  test: 2
  seed: 0
stft:
  window: 1024
  hop: 256
  floor: 1.0e-6
  trim: 30.0
train:
  encoder_input: log-power
  likelihood: itakura-saito
  representation: power
  learning_rate: 1.0e-3
  batch_size: 128
  epochs: 2
  patience: 1
  seed: 0
  device: cpu
resynthesize:
  decode: mean
  importance_samples: 3
network:
  hidden: [128]

latent_dims: [m8, m4]
variants:
  vae:
    model: vae
  vsc-a50:
    model: vsc
    alpha: 0.5
  sdm-eye:
    model: sdm
    dictionary: identity
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a small corpus and good parameters, to work in."""
    monkeypatch.chdir(tmp_path)
    corpus(tmp_path)
    (tmp_path / "params.yaml").write_text(PARAMS)
    return tmp_path


def refusal(stage) -> str:
    """What a stage exits with: one line, which makes the exit status 1."""
    with pytest.raises(SystemExit) as caught:
        stage.main()
    said = caught.value.code
    assert isinstance(said, str) and said.startswith("error: ") and "\n" not in said
    return said


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


# params.yaml: what is replaced, by what, and what has to be said

BAD_PARAMS = {
    "absent": (None, None, "params.yaml: No such file"),
    "empty": (PARAMS, "", "params.yaml: has no sections; found None"),
    "a list": (PARAMS, "- 1\n", "params.yaml: has no sections"),
    "not YAML": ("corpus:", "corpus: [", "not YAML"),
    "a tab": ("  root", "\troot", "not YAML"),
    "not UTF-8": ("a corpus", "\udcff", "not UTF-8 text"),
    "a key twice": ("  seed: 0\nstft", "  seed: 0\n  seed: 1\nstft", "not YAML"),
    "a section missing": ("stft:", "sfft:", "stft: is missing"),
    "a misspelt section": ("stft:", "sfft:", "sfft: unknown key; there are corpus, split, stft"),
    "a misspelt key": ("epochs", "epoch", "train.epoch: unknown key; there are encoder_input"),
    "a key missing": ("  hop: 256\n", "", "stft.hop: is missing"),
    "a word for a number": ("epochs: 2", "epochs: two", "train.epochs: 'two'"),
    "a fraction for a count": ("epochs: 2", "epochs: 2.5", "train.epochs: 2.5"),
    "no epochs": ("epochs: 2", "epochs: 0", "train.epochs: 0"),
    "a negative batch": ("batch_size: 128", "batch_size: -1", "train.batch_size: -1"),
    "a rate of nothing": ("1.0e-3", "0", "train.learning_rate: 0"),
    "a rate that is no number": ("1.0e-3", ".nan", "train.learning_rate: nan"),
    "a floor of nothing": ("floor: 1.0e-6", "floor: 0.0", "stft.floor: 0.0"),
    "a floor below single precision": ("floor: 1.0e-6", "floor: 1.0e-50", "stft.floor: 1e-50"),
    "a hop over half a window": ("hop: 256", "hop: 513", "hop 513 is over half the window 1024"),
    "an odd window": ("window: 1024", "window: 1023", "stft.window: 1023"),
    "no dimensions": ("[m8, m4]", "[]", "latent_dims: []"),
    "a dimension twice": ("[m8, m4]", "[m8, m8]", "latent_dims: ['m8', 'm8']: lists a value twice"),
    "no variants": (PARAMS.partition("variants:")[2], " {}\n", "variants: {}"),
    "a name with a dot": ("vsc-a50:", "vsc-0.5:", "variants.'vsc-0.5'"),
    "a name with a space": ("vsc-a50:", "vsc a50:", "variants.'vsc a50'"),
    "a name that is a command": ("vsc-a50:", "$(touch x):", "variants.'$(touch x)'"),
    "a name of two commands": ("vsc-a50:", "a;touch x:", "variants.'a;touch x'"),
    "a name that climbs": ("vsc-a50:", "../../x:", "variants.'../../x'"),
    "a model there is not": ("model: vsc", "model: vcs", "variants.vsc-a50 at m = 8: model: 'vcs'"),
    "no model": ("model: vsc", "modle: vsc", "variants.vsc-a50.model: is missing"),
    "an argument missing": ("    alpha: 0.5\n", "", "alpha: is missing; model vsc needs it"),
    "an argument too many": ("alpha: 0.5", "alpha: 0.5\n    beta: 1", "beta: unknown key"),
    "an argument out of range": ("alpha: 0.5", "alpha: 1.5", "alpha: 1.5"),
    "a dictionary there is not": ("identity", "wavelet", "dictionary: 'wavelet': there are"),
    "the identity with other atoms": (
        "dictionary: identity",
        "dictionary: identity\n    atoms: 64",
        "variants.sdm-eye at m = 8: the identity has as many atoms as dimensions: 8 of them",
    ),
    "a hyperprior without a rate": (
        "model: sdm\n",
        "model: sdm_student\n    rate: 0.0\n",
        "no lower bound where shape is over -1",
    ),
    "a corpus there is not": ("name: folder", "name: timid", "corpus.name: 'timid': there are"),
    "no folder": ("root: a corpus", "root: null", "corpus.root: None: give the folder"),
    "a folder there is not": ("root: a corpus", "root: /no/such", "'/no/such': there is no such"),
    "a file for a folder": ("root: a corpus", "root: params.yaml", "there is no such folder"),
    "a speaker twice": ("train: 2", "train: [ann, ann]", "split.train: ['ann', 'ann']"),
    "a speaker in two parts": (
        "train: 2\n  validation: 1",
        "train: [ann]\n  validation: [ann]",
        "speaker ann is in both train and validation",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), BAD_PARAMS.values(), ids=BAD_PARAMS)
def test_bad_parameters_are_refused_before_any_work(here, old, new, said):
    path = here / "params.yaml"
    if old is None:
        path.unlink()
    else:
        assert old in PARAMS
        path.write_bytes(PARAMS.replace(old, new, 1).encode("utf-8", "surrogateescape"))
    before = tree(here)
    assert said in refusal(source)
    assert tree(here) - {"data"} == before


# Corpora that cannot be split


def _emptied(root):
    shutil.rmtree(root)
    root.mkdir()


def _flattened(root):
    for path in root.rglob("*.wav"):
        path.rename(root / f"{path.parent.name}-{path.name}")


def _silenced(root):
    for path in root.rglob("*.wav"):
        soundfile.write(path, np.zeros(16_000), 16_000)


def _of_one_speaker(root):
    for speaker in ("bob", "cyd", "dan", "eve"):
        shutil.rmtree(root / speaker)


def _renamed(root):
    for path in root.rglob("*.wav"):
        path.rename(path.with_suffix(".txt"))


BAD_CORPORA = {
    "empty": (_emptied, "no <speaker>/**/*.<wav|flac|ogg> under"),
    "no speakers": (_flattened, "no <speaker>/**/*.<wav|flac|ogg> under"),
    "no audio": (_renamed, "no <speaker>/**/*.<wav|flac|ogg> under"),
    "one speaker": (_of_one_speaker, "the corpus has 1"),
    "all silent": (_silenced, "no usable utterance for train, validation, test"),
    "gone": (shutil.rmtree, "cannot list"),
}


@pytest.mark.parametrize(("spoil", "said"), BAD_CORPORA.values(), ids=BAD_CORPORA)
def test_a_corpus_that_cannot_be_split_is_refused(here, spoil, said):
    spoil(here / "a corpus")
    assert said in refusal(split)
    assert not (here / "data/speech").exists()
    assert not (here / "data/manifest.csv").exists()


@pytest.mark.parametrize("name", ["librispeech", "timit", "vctk", "tcd-timit"])
def test_a_corpus_of_another_layout_is_refused(here, name):
    (here / "params.yaml").write_text(PARAMS.replace("name: folder", f"name: {name}"))
    assert re.search(r"no .*<.* under a corpus", refusal(split))


def test_a_speaker_there_is_not_is_refused(here):
    (here / "params.yaml").write_text(PARAMS.replace("train: 2", "train: [ann, zoe]"))
    assert "zoe" in refusal(split)


# Files that cannot be used, and files that look as if they could not


def encoded(samples, rate=16_000, format="WAV", subtype="PCM_16"):
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=format, subtype=subtype)
    return buffer.getvalue()


def voice(rate=16_000, seconds=1.0, channels=1):
    time = np.arange(round(rate * seconds)) / rate
    mono = 0.4 * np.sin(2 * np.pi * 300 * time) * (0.2 + np.sin(2 * np.pi * 3 * time) ** 2)
    return np.column_stack([mono] * channels) if channels > 1 else mono


def with_one(value):
    samples = voice()
    samples[7_000] = value
    return encoded(samples, subtype="FLOAT")


UNUSABLE = {
    "empty.wav": (b"", "empty: the file has 0 bytes"),
    "header only.wav": (encoded(np.zeros(0)), "no samples: the file is a header only"),
    "cut.wav": (encoded(voice())[:9_000], "truncated: 8956 of 32000 bytes of sound"),
    "torn.flac": (encoded(voice(), format="FLAC")[:-50], "truncated or corrupt"),
    "silent.wav": (encoded(np.zeros(16_000)), "silent: every sample is zero"),
    "all nan.wav": (encoded(np.full(16_000, np.nan), subtype="FLOAT"), "NaN or infinite samples"),
    "one nan.wav": (with_one(np.nan), "NaN or infinite samples"),
    "infinite.wav": (with_one(np.inf), "NaN or infinite samples"),
    "20 ms.wav": (encoded(voice(seconds=0.02)), "too short: 20 ms, and 64 ms is the least"),
    "offset only.wav": (encoded(np.full(16_000, 0.25)), "constant: every sample is 0.25"),
    "text.wav": (b"she had your dark suit in greasy wash water all year", "not audio"),
    "zeros.flac": (bytes(5_000), "not audio"),
    "a rate of 1 Hz.wav": (encoded(voice(), rate=1), "not speech: a sample rate of 1 Hz"),
    "opposite.wav": (
        encoded(np.column_stack([voice(), -voice()]), subtype="DOUBLE"),
        "silent: every sample is zero",
    ),
}
USABLE = {
    "clipped.wav": encoded(np.clip(9 * voice(), -1, 1)),
    "8 kHz.wav": encoded(voice(8_000), 8_000),
    "96 kHz.wav": encoded(voice(96_000), 96_000),
    "44.1 kHz stereo.wav": encoded(voice(44_100, channels=2), 44_100),
    "5.1 channels.wav": encoded(voice(channels=6)),
    "8 bits.wav": encoded(voice(), subtype="PCM_U8"),
    "24 bits.wav": encoded(voice(), subtype="PCM_24"),
    "float.wav": encoded(voice(), subtype="FLOAT"),
    "A-law.wav": encoded(voice(), subtype="ALAW"),
    "FLAC by another name.wav": encoded(voice(), format="FLAC"),
    "SPHERE by another name.wav": encoded(voice(), format="NIST"),
    "WAV by another name.flac": encoded(voice()),
    "spaces  in it.wav": encoded(voice()),
    "quo'te\".wav": encoded(voice()),
    "new\nline.wav": encoded(voice()),
    "emoji 🎤.wav": encoded(voice()),
    "-rf.wav": encoded(voice()),
    "$(touch x);`touch y`.wav": encoded(voice()),
    "LOUD.WAV": encoded(voice()),
    "ten minutes.wav": encoded(voice(seconds=600)),
}
# No files as they should be: made by a function, with the reason, or None where passed over.
ODD = {
    "dangling.wav": (lambda path: path.symlink_to("nowhere.wav"), "a dangling link"),
    "itself.wav": (lambda path: path.symlink_to(path.name), "unreadable"),
    "pipe.wav": (os.mkfifo, "not a regular file"),
    "folder.wav": (Path.mkdir, None),
    ".hidden.wav": (lambda path: path.write_bytes(b"x"), None),
    "notes.txt": (lambda path: path.write_text("x"), None),
}


def test_what_cannot_be_used_is_listed_and_the_rest_is_used(here, capsys):
    folder = here / "a corpus" / "ann"
    for name, (data, _) in UNUSABLE.items():
        (folder / name).write_bytes(data)
    for name, data in USABLE.items():
        (folder / name).write_bytes(data)
    for name, (make, _) in ODD.items():
        make(folder / name)
    (folder / "0.flac").write_bytes(encoded(voice(), format="FLAC"))  # 0.wav is there too
    (here / "params.yaml").write_text(PARAMS.replace("train: 2", "train: [ann, bob]"))
    split.main()
    left_out = pd.read_csv("data/left_out.csv", keep_default_na=False)
    reasons = {Path(row.recording).name: row.reason for row in left_out.itertuples()}
    for name, (_, reason) in UNUSABLE.items():
        assert reasons.pop(name).startswith(reason), name
    for name, (_, reason) in ODD.items():
        if reason is not None:
            assert reasons.pop(name).startswith(reason), name
    assert reasons == {"0.wav": "same utterance as ann/0.flac"}
    manifest = pd.read_csv("data/manifest.csv", keep_default_na=False)
    used = {Path(each).name for each in manifest.loc[manifest["speaker"] == "ann", "recording"]}
    assert set(USABLE) <= used
    for path in manifest["path"]:
        assert re.fullmatch(r"[A-Za-z0-9_-]+/[A-Za-z0-9_-]+\.flac", path)
        assert soundfile.info(Path("data/speech") / path).samplerate == 16_000
    said = capsys.readouterr().out
    count = len(UNUSABLE) + sum(reason is not None for _, reason in ODD.values()) + 1
    assert f"left out {count} files" in said and "data/left_out.csv" in said
    assert not (here / "x").exists() and not (here / "y").exists()


def test_a_second_recording_of_an_utterance_stands_in_for_one_that_cannot_be_used(here):
    folder = here / "a corpus" / "ann"
    (folder / "0.flac").write_bytes(b"")
    (here / "params.yaml").write_text(PARAMS.replace("train: 2", "train: [ann, bob]"))
    split.main()
    left_out = pd.read_csv("data/left_out.csv", keep_default_na=False)
    found = left_out.loc[left_out["speaker"] == "ann", ["recording", "reason"]].to_numpy().tolist()
    assert found == [["ann/0.flac", "empty: the file has 0 bytes"]]
    manifest = pd.read_csv("data/manifest.csv")
    assert "ann/0.wav" in set(manifest["recording"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and list everything")
def test_an_unreadable_file_is_listed_and_an_unreadable_folder_refused(here):
    (here / "a corpus/ann/0.wav").chmod(0)
    split.main()
    left_out = pd.read_csv("data/left_out.csv", keep_default_na=False)
    assert "unreadable: Permission denied" in set(left_out["reason"])
    (here / "a corpus/bob").chmod(0)
    try:
        assert "cannot list" in refusal(split)
    finally:
        (here / "a corpus/bob").chmod(0o755)


# Speech that the scores' libraries cannot stand


def test_a_report_of_nothing_is_one_line(here):
    assert "data/scores/vae-m8/summary.json: No such file" in refusal(report)
    assert not (here / "data/report").exists()


def test_speech_that_crashes_pesq_costs_its_own_scores_alone(here):
    bursts = np.zeros(16_000 * 70)
    noise = np.random.default_rng(0).normal(scale=0.1, size=6_400)
    for start in range(0, len(bursts) - 16_000, 16_000):
        bursts[start : start + 6_400] = noise
    for root in (Path("data/speech"), Path("out")):
        suffix = ".flac" if root.name == "speech" else ".wav"
        for name in ("first", "last"):
            speak(root / f"ann/{name}.wav", seed=1, seconds=3)
            if suffix == ".flac":
                samples, rate = soundfile.read(root / f"ann/{name}.wav")
                soundfile.write(root / f"ann/{name}.flac", samples, rate)
        (root / "ann").mkdir(exist_ok=True)
        soundfile.write(root / f"ann/bursts{suffix}", bursts, 16_000)
    paths = pd.Series(["ann/first.flac", "ann/bursts.flac", "ann/last.flac"])
    rows = score.scored("a cell", Path("out"), paths)
    assert rows["pesq"].isna().tolist() == [False, True, False]
    assert rows.loc[1, "remark"] == "no scores: the process working on it died"
    assert list(rows.loc[[0, 2], "remark"]) == ["", ""]


# A disk that is full, a folder that is read-only, one that goes away


@pytest.fixture
def mounted(here):
    """A function that mounts a small file system of its own at data/."""
    folder = here / "data"
    folder.mkdir()

    def mount(options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("mounting a file system takes root")

    yield mount
    while os.path.ismount(folder):  # lazily: a worker may still hold one of its files
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)


@pytest.mark.parametrize("kilobytes", [4, 60, 200])
def test_a_full_disk_is_one_line_and_leaves_nothing_torn(here, mounted, kilobytes):
    mounted(f"size={kilobytes}k")
    assert "No space left on device" in refusal(split)
    assert tree(here / "data") <= {"speech", *(f"speech/{name}" for name in tree(SPEECH))}
    assert not list((here / "data").rglob(".*"))


def test_a_disk_that_fills_up_while_features_are_made_is_one_line(here, mounted):
    mounted("size=1m")
    split.main()
    assert "No space left on device" in refusal(features)
    assert not list((here / "data").glob("*frames*"))


def test_a_read_only_folder_is_one_line(here, mounted):
    mounted("ro")
    assert "Read-only file system" in refusal(split)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_one_line(here):
    (here / "data").mkdir()
    (here / "data").chmod(0o555)
    try:
        assert "Permission denied" in refusal(split)
    finally:
        (here / "data").chmod(0o755)


@pytest.mark.parametrize("gone", ["data/speech", "data"])
def test_a_folder_removed_midway_is_one_line(here, monkeypatch, gone):
    split.main()
    spectra = features.spectra

    def and_the_folder_goes(paths, settings, scratch):
        yield from spectra(paths[:1], settings, scratch)
        shutil.rmtree(gone)
        yield from spectra(paths[1:], settings, scratch)

    monkeypatch.setattr(features, "spectra", and_the_folder_goes)
    assert re.search(r"^error: data/.*: no such file", refusal(features))
    assert not list(here.rglob("*frames*"))
