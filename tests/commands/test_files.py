"""The commands that turn files into files: encode, decode, generate."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

import sdmvae
from sdmvae.dsp import audio_file
from tests.support.small_project import speak
from tests.support.trained_cells import write_cell

CELL = ("--cell", "vae-m4")


def test_a_recording_has_the_codes_that_python_gives(here, run):
    run("encode", "speech.wav", "codes.npz", *CELL)
    expected = sdmvae.load(here / "data/models/vae-m4/0").encode("speech.wav")
    with np.load("codes.npz") as arrays:
        np.testing.assert_array_equal(arrays["codes"], expected.values)
        np.testing.assert_array_equal(arrays["times"], expected.times)
        assert (arrays["period"], arrays["rate"]) == (0.004, 16_000)


def test_decoded_codes_are_the_bytes_of_the_resynthesis(here, run):
    run("encode", "speech.wav", "codes.npz", *CELL)
    run("decode", "codes.npz", "decoded.wav", *CELL)
    run("resynthesize", "speech.wav", "resynthesis.wav", *CELL)
    assert (here / "decoded.wav").read_bytes() == (here / "resynthesis.wav").read_bytes()


def test_a_phase_is_made_if_there_is_none_or_on_demand(here, run):
    run("encode", "speech.wav", "codes.npz", *CELL)
    run("encode", "speech.wav", "bare.npz", "--no-original", *CELL)
    run("decode", "codes.npz", "made.flac", "--make-phase", *CELL)
    run("decode", "bare.npz", "bare.flac", *CELL)
    made, bare = (soundfile.read(name, dtype="int16")[0] for name in ("made.flac", "bare.flac"))
    np.testing.assert_array_equal(made, bare)  # one second has a whole number of hops
    assert (here / "bare.npz").stat().st_size < (here / "codes.npz").stat().st_size / 5


def test_a_folder_keeps_the_places_of_its_files(here, run):
    speak(here / "corpus/ann/a.wav", seed=2)
    speak(here / "corpus/bob/b.flac", seed=3)
    (here / "corpus/notes.txt").write_text("no speech")
    run("encode", "corpus", "speech.wav", "codes", *CELL)
    names = sorted(path.relative_to("codes").as_posix() for path in Path("codes").rglob("*.npz"))
    assert names == ["ann/a.npz", "bob/b.npz", "speech.npz"]
    run("decode", "codes", "decoded", *CELL)
    assert soundfile.info("decoded/ann/a.wav").frames == audio_file.read("corpus/ann/a.wav")[0].size


def test_tables_are_written_on_demand(here, run, refusal):
    run("encode", "speech.wav", "codes.npz", *CELL)
    run("encode", "speech.wav", "codes.csv", *CELL)
    run("encode", ".", "tables", "--tables", *CELL)
    run("generate", "drawn.csv", "--frames", 7, *CELL)
    table = np.loadtxt("codes.csv", delimiter=",", skiprows=1)
    with np.load("codes.npz") as arrays:
        np.testing.assert_array_equal(table[:, 1:].astype(np.float32), arrays["codes"])
    assert (here / "tables/speech.csv").read_bytes() == (here / "codes.csv").read_bytes()
    assert len((here / "drawn.csv").read_text().splitlines()) == 8
    assert "codes.csv: exists already" in refusal("encode", "speech.wav", "codes.csv", *CELL)
    assert "give one of .wav" in refusal("decode", "codes.csv", "codes.npz", *CELL)


def test_generated_frames_are_those_of_python(here, run):
    run("generate", "frames.npz", "--frames", 7, "--prior", "gaussian", "--draw", 3, *CELL)
    cell = sdmvae.load("vae-m4")
    with np.load("frames.npz") as arrays:
        np.testing.assert_array_equal(arrays["codes"], cell.generate(7, "gaussian", seed=3).values)
    run("generate", "frames.wav", "--frames", 7, *CELL)
    assert soundfile.info("frames.wav").frames == 6 * 64


@pytest.mark.parametrize("command", ["encode", "decode", "generate"])
def test_nothing_that_exists_is_replaced_without_force(here, run, refusal, command):
    run("encode", "speech.wav", "codes.npz", *CELL)
    inputs = {"encode": ["speech.wav"], "decode": ["codes.npz"], "generate": []}[command]
    output = "made.npz" if command == "encode" else "made.wav"
    (here / output).write_bytes(b"precious")
    message = refusal(command, *inputs, output, *CELL)
    assert message == f"error: {output}: exists already: add --force to replace it"
    assert (here / output).read_bytes() == b"precious"
    run(command, *inputs, output, "--force", *CELL)
    assert (here / output).read_bytes() != b"precious"


def test_a_file_in_a_folder_is_not_replaced_without_force(here, run, refusal):
    (here / "codes").mkdir()
    (here / "codes/speech.npz").write_bytes(b"precious")
    assert "codes/speech.npz: exists already" in refusal("encode", "speech.wav", "codes", *CELL)


def test_what_cannot_be_used_is_refused(here, run, refusal):
    run("encode", "speech.wav", "codes.npz", *CELL)
    (here / "empty").mkdir()
    shutil.copy("speech.wav", "speech.flac")
    write_cell(here, "vae-other")
    with np.load("codes.npz") as arrays:
        np.savez("hop.npz", codes=arrays["codes"], period=0.008)
    for arguments, reason in (
        (("encode", "none.wav", "a.npz"), "none.wav: no such file or folder"),
        (("encode", "empty", "a"), "empty: holds no file that can be read"),
        (("encode", "speech.wav", "a.txt"), "give one of .npz"),
        (("encode", "speech.wav", "empty", "a.npz"), "one file for several"),
        (("encode", "speech.wav", "speech.flac", "a"), "a/speech.npz: is the output of both"),
        (("encode", "codes.npz", "a.npz"), "codes.npz: not audio"),
        (("decode", "speech.wav", "a.wav"), "speech.wav: holds no codes"),
        (("decode", "hop.npz", "a.wav"), "hop.npz: codes have a frame every 8 ms"),
        (("generate", "a.wav", "--prior", "student"), "this cell has mixture, gaussian, own"),
        (("generate", "a.wav", "--frames", 1), "--frames: 1: give 2 or more"),
        (("generate", "a.wav", "--device", "tpu"), "give cpu, cuda or cuda:<n>"),
    ):
        assert reason in refusal(*arguments, *CELL), arguments
    message = refusal("decode", "codes.npz", "a.wav", "--cell", "vae-other")
    assert message == "error: codes.npz: has codes of vae-m4, not of vae-other"
    write_cell(here, seed=1)
    message = refusal("decode", "codes.npz", "a.wav", "--seed", 1, *CELL)
    assert message == "error: codes.npz: has codes of vae-m4 with the seed 0, not 1"
    assert not list(here.glob("a*"))


def test_one_file_that_cannot_be_used_does_not_end_the_work(here, refusal, capsys):
    speak(here / "corpus/a.wav", seed=2)
    (here / "corpus/b.wav").write_bytes(b"")
    soundfile.write(here / "corpus/c.wav", np.zeros(16_000), 16_000)
    speak(here / "corpus/d.wav", seed=3, rate=44_100)
    assert refusal("encode", "corpus", "codes", *CELL) == "error: 2 of 4 files left out"
    lines = [line for line in capsys.readouterr().err.splitlines() if "left out" in line]
    assert [line.split(":")[1].strip() for line in lines] == ["corpus/b.wav", "corpus/c.wav"]
    assert "silent" in lines[1]
    assert sorted(path.name for path in Path("codes").iterdir()) == ["a.npz", "d.npz"]
    (here / "codes/e.npz").write_bytes(b"no codes")
    assert refusal("decode", "codes", "decoded", *CELL) == "error: 1 of 3 files left out"
    assert sorted(path.name for path in Path("decoded").iterdir()) == ["a.wav", "d.wav"]


def test_a_cell_of_synthetic_speech_warns_once_of_speech_that_may_be_of_people(here, run, capsys):
    speak(here / "data/speech/test/ann/a.wav", seed=2)
    speak(here / "mine/a.wav", seed=3)
    speak(here / "mine/b.wav", seed=4)
    run("encode", "mine", "mine codes", *CELL)
    (warning,) = [line for line in capsys.readouterr().err.splitlines() if "warning" in line]
    assert warning.startswith("warning: vae-m4 was trained on synthetic speech: corpus voices")
    run("export", "vae-m4", "exported")
    capsys.readouterr()
    run("resynthesize", "speech.wav", "made.wav", "--cell", "exported")
    assert capsys.readouterr().err.count("warning: vae-m4 was trained on synthetic speech") == 1


def test_nothing_is_warned_of_where_there_is_no_reason(here, run, capsys):
    speak(here / "data/speech/test/ann/a.wav", seed=2)
    run("encode", "data/speech/test", "codes", *CELL)
    run("decode", "codes", "decoded", *CELL)
    run("generate", "frames.wav", "--frames", 5, *CELL)
    write_cell(here, "vae-people", corpus="librispeech")
    run("encode", "speech.wav", "people.npz", "--cell", "vae-people")
    assert "warning" not in capsys.readouterr().err
