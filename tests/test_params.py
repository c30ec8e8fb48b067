"""The typed view of params.yaml: what is read, and what is refused in one line."""

import re
import sys

import pytest

from sdmvae import params
from stages._common import declared_cell, declared_training
from tests.support import PROJECT

SMALL = """\
corpus: {name: folder, root: /speech, utterances: 4}
split:
  train: 3
  validation: 1
  test: 1
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
  decay: 0.0
  beta2: 0.999
  batch_size: 128
  epochs: 2
  patience: 1
  seeds: [0, 7]
  device: cpu
resynthesize:
  decode: mean
  importance_samples: 3
compare:
  error: 0.05
  margins: {pesq: 0.1, estoi: 0.01}
network:
  hidden: [128]

latent_dims: [m8, m4]
variants:
  vae: {model: vae}
  vsc: {model: vsc, alpha: 0.5}
"""


def read(tmp_path, old="", new="", text=SMALL):
    assert old in text
    path = tmp_path / "params.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return params.read(path)


def refusal(path) -> str:
    """Return the message that refuses a file: one line that begins with its path."""
    with pytest.raises(params.ParameterError) as caught:
        params.read(path)
    message = str(caught.value)
    assert len(message.splitlines()) == 1, message
    assert message.startswith(f"{path}"), message
    return message


def assert_parts(message: str, parts: list[str]) -> None:
    for part in parts:
        assert part in message


def test_params_of_the_project_are_valid_and_write_every_key_out():
    path = PROJECT / "params.yaml"
    settings = params.read(path)
    sections = ("corpus", "split", "stft", "train", "resynthesize", "network")
    keys = {key for name in sections for key in type(getattr(settings, name)).model_fields}
    text = path.read_text(encoding="utf-8")
    assert keys <= set(re.findall(r"^  ([a-z0-9_]+):", text, re.MULTILINE))


BAD_VALUES = {
    # name of the case: (text of SMALL, text in its place, parts of the message)
    "unknown key": ("  seed: 0\n", "  seed: 0\n  speed: 9\n", ["split.speed", "unknown", "seed"]),
    "unknown section": ("stft:", "sftf: 1\nstft:", ["sftf", "unknown", "stft"]),
    "misspelt key": ("hop: 256", "hopp: 256", ["stft.hopp", "unknown", "stft.hop: is missing"]),
    "another misspelt key": ("epochs", "epoch", ["train.epoch: unknown key; there are encoder_in"]),
    "missing key": ("  hop: 256\n", "", ["stft.hop: is missing"]),
    "missing section": (
        "corpus:",
        "corups:",
        ["corpus: is missing", "corups: unknown key; there are corpus, split, stft"],
    ),
    "unknown key beside a number key": ("hop: 256", "hop: 256\n  7: 1", ["stft.7"]),
    "text for a whole number": ("hop: 256", "hop: '256'", ["stft.hop", "'256'", "integer"]),
    "word for a whole number": ("epochs: 2", "epochs: two", ["train.epochs: 'two'", "integer"]),
    "fraction for a whole number": ("epochs: 2", "epochs: 2.5", ["train.epochs: 2.5", "integer"]),
    "float for a whole number": ("hop: 256", "hop: 256.0", ["stft.hop", "256.0", "integer"]),
    "bool for a whole number": ("hop: 256", "hop: true", ["stft.hop", "True", "integer"]),
    "list for a whole number": ("hop: 256", "hop: [256]", ["stft.hop", "[256]", "integer"]),
    "nothing for a whole number": ("hop: 256", "hop:", ["stft.hop", "None", "integer"]),
    "NaN for a whole number": ("epochs: 2", "epochs: .nan", ["train.epochs", "nan", "integer"]),
    "negative": ("hop: 256", "hop: -256", ["stft.hop", "-256", "greater"]),
    "zero": ("batch_size: 128", "batch_size: 0", ["train.batch_size", "0", "greater"]),
    "negative batch": ("batch_size: 128", "batch_size: -1", ["train.batch_size: -1", "greater"]),
    "no epochs": ("epochs: 2", "epochs: 0", ["train.epochs", "0", "greater"]),
    "no patience": ("patience: 1", "patience: 0", ["train.patience", "0", "greater"]),
    "negative seed": ("seed: 0\ns", "seed: -1\ns", ["split.seed", "-1", "greater"]),
    "no seeds": ("[0, 7]", "[]", ["train.seeds: []", "at least 1"]),
    "one seed that is no list": ("[0, 7]", "0", ["train.seeds: 0", "list"]),
    "a seed twice": ("[0, 7]", "[7, 7]", ["train.seeds", "[7, 7]", "twice"]),
    "a negative seed": ("[0, 7]", "[-1]", ["train.seeds.0: -1", "greater"]),
    "a certain error": ("error: 0.05", "error: 1.0", ["compare.error: 1.0", "less than 1"]),
    "no margin": ("pesq: 0.1", "pesq: 0", ["compare.margins.pesq: 0", "greater"]),
    "a margin of another score": (
        "pesq: 0.1",
        "pesq: 0.1, stoi: 0.1",
        ["compare.margins.stoi: unknown key; there are pesq, estoi"],
    ),
    "hop over half the window": ("hop: 256", "hop: 513", ["stft", "hop 513", "window 1024"]),
    "other frames": (
        "trim: 30.0",
        "trim: 30.0\n  frames: half",
        ["stft.frames: 'half'", "'stored' or 'waveforms'"],
    ),
    "odd window": ("window: 1024", "window: 1023", ["stft.window", "1023", "multiple of 2"]),
    "tiny window": ("window: 1024", "window: 8", ["stft.window", "8", "16"]),
    "huge window": ("window: 1024", "window: 131072", ["stft.window", "131072", "65536"]),
    "NaN": ("floor: 1.0e-6", "floor: .nan", ["stft.floor", "nan"]),
    "NaN for a rate": ("1.0e-3", ".nan", ["train.learning_rate: nan"]),
    "rate of zero": ("1.0e-3", "0", ["train.learning_rate: 0", "greater"]),
    "infinity": ("floor: 1.0e-6", "floor: .inf", ["stft.floor", "inf", "finite"]),
    "a number beyond floats": ("trim: 30.0", f"trim: 1{'0' * 400}", ["stft.trim", "1000"]),
    "floor of zero": ("floor: 1.0e-6", "floor: 0", ["stft.floor", "0", "greater"]),
    "floor of 0.0": ("floor: 1.0e-6", "floor: 0.0", ["stft.floor: 0.0", "greater"]),
    "floor below single precision": (
        "floor: 1.0e-6",
        "floor: 1.0e-50",
        ["stft.floor: 1e-50", "greater"],
    ),
    "negative floor": ("floor: 1.0e-6", "floor: -1.0e-6", ["stft.floor", "-1e-06", "greater"]),
    "bool for a number": ("trim: 30.0", "trim: true", ["stft.trim", "True", "number"]),
    "text for a number": ("trim: 30.0", "trim: much", ["stft.trim", "'much'", "number"]),
    "decay over one": ("decay: 0.0", "decay: 1.1", ["train.decay: 1.1", "less"]),
    "beta2 of one": ("beta2: 0.999", "beta2: 1", ["train.beta2: 1", "less"]),
    "text for a rate": ("1.0e-3", "'1e-3'", ["train.learning_rate", "'1e-3'", "number"]),
    "another input": ("log-power", "log", ["train.encoder_input", "'log'", "'log-power'"]),
    "another thing to decode": ("decode: mean", "decode: mode", ["resynthesize.decode", "'mode'"]),
    "no importance samples": (
        "importance_samples: 3",
        "importance_samples: 0",
        ["resynthesize.importance_samples", "0", "greater"],
    ),
    "a device there is not": ("device: cpu", "device: tpu", ["train.device", "'tpu'", "cuda"]),
    "half a device": ("device: cpu", "device: 'cuda:'", ["train.device", "'cuda:'"]),
    "a line after the device": ("device: cpu", 'device: "cpu\\n"', ["train.device", r"'cpu\n'"]),
    "no utterances": ("utterances: 4", "utterances: 0", ["corpus.utterances", "0", "greater"]),
    "half utterances": ("utterances: 4", "utterances: 1.5", ["corpus.utterances", "1.5"]),
    "an empty root": ("root: /speech", "root: ''", ["corpus.root", "''"]),
    "a number for a root": ("root: /speech", "root: 5", ["corpus.root", "5", "string"]),
    "a date for a root": ("root: /speech", "root: 2001-01-01", ["corpus.root", "2001"]),
    "corpus with a slash": ("name: folder", "name: ../x", ["corpus.name", "'../x'"]),
    "a list for a section": (
        "corpus: {name: folder, root: /speech, utterances: 4}",
        "corpus: [folder]",
        ["corpus", "['folder']", "dictionary"],
    ),
    "no speakers": ("train: 3", "train: 0", ["split.train", "0", "at least 1"]),
    "an empty list of speakers": ("train: 3", "train: []", ["split.train", "[]", "at least 1"]),
    "bool for speakers": ("train: 3", "train: true", ["split.train", "True", "at least 1"]),
    "half speakers": ("train: 3", "train: 2.5", ["split.train", "2.5", "at least 1"]),
    "mapping of speakers": ("train: 3", "train: {x: 1}", ["split.train", "{'x': 1}", "list"]),
    "list of half speakers": ("train: 3", "train: [2.5]", ["split.train", "[2.5]", "names"]),
    "list of bools": ("train: 3", "train: [true]", ["split.train", "[True]", "names"]),
    "a speaker without a name": ("train: 3", "train: ['']", ["split.train", "['']", "names"]),
    "a speaker twice": ("train: 3", "train: [a, a]", ["split.train", "['a', 'a']", "twice"]),
    "a speaker twice, as number and text": (
        "train: 3",
        "train: [7, '7']",
        ["split.train", "[7, '7']", "twice"],
    ),
    "a speaker in two parts": (
        "train: 3\n  validation: 1",
        "train: [a, bob]\n  validation: [bob]",
        ["split", "bob", "both train and validation"],
    ),
    "latent dimension twice": ("[m8, m4]", "[m8, m8]", ["latent_dims: ['m8', 'm8']", "twice"]),
    "no latent dimensions": ("[m8, m4]", "[]", ["latent_dims", "[]", "at least 1"]),
    "latent dimension without a list": ("[m8, m4]", "8", ["latent_dims", "8", "list"]),
    "latent dimension of zero": ("[m8, m4]", "[m8, m0]", ["latent_dims.1", "m0", "at least 1"]),
    "bool for a latent dimension": (
        "[m8, m4]",
        "[m8, true]",
        ["latent_dims.1", "True", "at least 1"],
    ),
    "variant with a dot": ("  vae:", "  v.ae:", ["variants.'v.ae'", "letters"]),
    "variant with a space": ("  vae:", "  v ae:", ["variants.'v ae'", "letters"]),
    "variant with a semicolon": ("  vae:", "  v;ae:", ["variants.'v;ae'", "letters"]),
    "variant with a command": ("  vae:", "  $(touch x):", ["variants.'$(touch x)'", "letters"]),
    "variant with two commands": ("  vsc:", "  a;touch x:", ["variants.'a;touch x'", "letters"]),
    "variant in another folder": ("  vsc:", "  ../../x:", ["variants.'../../x'", "letters"]),
    "variant with a slash": ("  vae:", "  v/ae:", ["variants.'v/ae'", "letters"]),
    "variant with a new line": ("  vae:", '  "v\\nae":', [r"variants.'v\nae'", "letters"]),
    "variant with a last new line": ("  vae:", '  "vae\\n":', [r"variants.'vae\n'", "letters"]),
    "variant with an accent": ("  vae:", "  vaé:", ["variants.'vaé'", "letters"]),
    "variant like an option": ("  vae:", "  -vae:", ["variants.'-vae'", "letters"]),
    "variant without a name": ("  vae:", "  '':", ["variants.''", "letters"]),
    "variant named by a number": ("  vae:", "  7:", ["variants.7", "letters"]),
    "variant without a model": ("{model: vae}", "{}", ["variants.vae.model", "is missing"]),
    "variant with a misspelt model": (
        "vsc: {model",
        "vsc: {modle",
        ["variants.vsc.model: is missing"],
    ),
    "variant that is a number": ("{model: vae}", "3", ["variants.vae", "3", "dictionary"]),
    "model outside of its folder": ("model: vae", "model: ../x", ["variants.vae.model", "'../x'"]),
    "model in capitals": ("model: vae", "model: VAE", ["variants.vae.model", "'VAE'"]),
    "model that is a number": ("model: vae", "model: 3", ["variants.vae.model", "3", "string"]),
    "two complaints": (
        "hop: 256\n  floor: 1.0e-6",
        "hop: x\n  floor: y",
        ["stft.hop: 'x'", "; stft.floor: 'y'"],
    ),
    "duplicate key": ("hop: 256", "hop: 256\n  hop: 128", ["line 10", '"hop"', '"128"']),
    "an open bracket before a mapping": ("corpus: {", "corpus: [{", ["not YAML"]),
    "an open bracket": ("[m8, m4]", "[8, 4", ["line", "not YAML"]),
    "a tab": ("  hop", "\thop", ["line 9", "not YAML", r"\t"]),
    "two documents": ("latent_dims", "---\nlatent_dims", ["line", "not YAML", "another document"]),
    "a tag": ("256", "!!python/name:os.system 256", ["line 9", "not YAML", "os.system"]),
    "a day there is not": ("root: /speech", "root: 2001-99-99", ["not YAML", "month"]),
    "too many digits": ("256", "1" * 5000, ["not YAML", "digits"]),
}


@pytest.mark.parametrize(("old", "new", "has"), BAD_VALUES.values(), ids=BAD_VALUES)
def test_bad_value_is_refused_in_one_line_that_names_it(tmp_path, old, new, has):
    assert old in SMALL
    path = tmp_path / "params.yaml"
    path.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
    assert_parts(refusal(path), has)


@pytest.mark.parametrize(
    ("variants", "has"),
    [
        ("{}", ["variants", "{}", "at least 1"]),
        ("3", ["variants", "3", "dictionary"]),
        ("", ["variants", "None", "dictionary"]),
        ("[vae]", ["variants", "['vae']", "dictionary"]),
    ],
)
def test_variants_are_a_mapping_with_something_in_it(tmp_path, variants, has):
    path = tmp_path / "params.yaml"
    path.write_text(SMALL[: SMALL.index("variants:")] + f"variants: {variants}\n")
    assert_parts(refusal(path), has)


@pytest.mark.parametrize(
    ("content", "has"),
    [
        (b"", "has no sections; found None"),
        (b"# nothing but a comment\n", "has no sections; found None"),
        (b"- 1\n", "has no sections; found [1]"),
        (b"- corpus\n- split\n", "['corpus', 'split']"),
        (b"42", "42"),
        (b"caf\xe9: 1", "not UTF-8 text"),
        (b"corpus: {root: \xff}\n", "not UTF-8 text"),
        (b"\xff\xfec\x00", "not UTF-8"),
        (b"corpus: \x00", "not YAML"),
        (b"a: {", "not YAML"),
    ],
)
def test_a_file_that_is_not_a_mapping_in_yaml_is_refused(tmp_path, content, has):
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    assert has in refusal(path)


def test_absent_file_and_folder_are_refused(tmp_path):
    assert "No such file" in refusal(tmp_path / "params.yaml")
    assert "directory" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hop: 256", 'hop: 256\n  "a\\nb": 1'),
        ("train: 3\n  validation: 1", 'train: ["a\\nb"]\n  validation: ["a\\nb"]'),
        ("train: 3", 'train: ["a\\nb", "a\\nb"]'),
    ],
)
def test_a_new_line_in_a_value_does_not_break_the_message(tmp_path, old, new):
    path = tmp_path / "params.yaml"
    path.write_text(SMALL.replace(old, new, 1))
    assert re.search(r"a(\\n| )b", refusal(path))


@pytest.mark.parametrize("written", ["1e-3", "1.0e-3", "0.001", "1E-3"])
def test_learning_rate_is_a_float_however_it_is_written(tmp_path, written):
    rate = read(tmp_path, "1.0e-3", written).train.learning_rate
    assert isinstance(rate, float)
    assert rate == 1e-3


def test_whole_number_where_a_real_one_is_wanted(tmp_path):
    trim = read(tmp_path, "trim: 30.0", "trim: 30").stft.trim
    assert isinstance(trim, float)
    assert trim == 30


def test_speakers_given_as_numbers_are_names(tmp_path):
    split = read(tmp_path, "train: 3", "train: [84, 1272, p225]").split
    assert split.train == ["84", "1272", "p225"]
    assert split.validation == 1


def test_root_and_utterances_may_be_left_out(tmp_path):
    corpus = read(tmp_path, ", root: /speech, utterances: 4", "").corpus
    assert (corpus.root, corpus.utterances) == (None, None)


@pytest.mark.parametrize("device", ["cpu", "cuda", "cuda:1"])
def test_devices(tmp_path, device):
    assert read(tmp_path, "device: cpu", f"device: {device}").train.device == device


def test_arguments_of_a_variant_are_all_but_its_model(tmp_path):
    variants = read(tmp_path).variants
    assert variants["vae"].arguments == {}
    assert variants["vsc"].arguments == {"alpha": 0.5}


def test_cells_in_the_order_declared_dimension_by_dimension(tmp_path):
    settings = read(tmp_path)
    assert [each.name for each in settings.cells] == ["vae-m8", "vsc-m8", "vae-m4", "vsc-m4"]
    assert [(each.variant, each.m) for each in settings.cells][1] == ("vsc", 8)


def test_cell_a_stage_is_run_for(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["stages/train.py", "vsc-m4"])
    settings = read(tmp_path)
    assert declared_cell(settings) == settings.cells[3]


def test_training_a_stage_is_run_for(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["stages/train.py", "vsc-m4-7"])
    settings = read(tmp_path)
    training = declared_training(settings)
    assert (training.cell, training.seed) == (settings.cells[3], 7)
    assert training.folder.as_posix() == "vsc-m4/7"


@pytest.mark.parametrize("words", [["vae-m8"], ["vae-m8-1"], ["vae-m8-07"], []])
def test_unknown_training_is_refused_with_those_there_are(tmp_path, monkeypatch, words):
    monkeypatch.setattr(sys, "argv", ["stages/train.py", *words])
    with pytest.raises(params.ParameterError, match=r"vae-m8-0, vsc-m8-0, .*, vsc-m4-7$"):
        declared_training(read(tmp_path))


@pytest.mark.parametrize("words", [["vae-m5"], ["sdm-m8"], ["vae"], ["vae-8"], ["a\nb", "8"], []])
def test_unknown_cell_is_refused_with_those_there_are(tmp_path, monkeypatch, words):
    monkeypatch.setattr(sys, "argv", ["stages/train.py", *words])
    with pytest.raises(params.ParameterError) as caught:
        declared_cell(read(tmp_path))
    said = str(caught.value)
    assert len(said.splitlines()) == 1
    assert repr(" ".join(words)) in said
    assert "vae-m8, vsc-m8, vae-m4, vsc-m4" in said


def test_params_cannot_be_changed_once_read(tmp_path):
    settings = read(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        settings.train.epochs = 5
