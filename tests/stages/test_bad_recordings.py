"""Recordings that cannot be used are listed with the reason, and the others are used."""

import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from stages import split
from tests.support.stage_runs import PARAMS, refusal


def encoded(samples, rate=16_000, format="WAV", subtype="PCM_16") -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=format, subtype=subtype)
    return buffer.getvalue()


def voice(rate=16_000, seconds=1.0, channels=1) -> np.ndarray:
    time = np.arange(round(rate * seconds)) / rate
    mono = 0.4 * np.sin(2 * np.pi * 300 * time) * (0.2 + np.sin(2 * np.pi * 3 * time) ** 2)
    return np.column_stack([mono] * channels) if channels > 1 else mono


def mp3(samples=None, rate=16_000) -> bytes:
    return encoded(voice(rate) if samples is None else samples, rate, "MP3", "MPEG_LAYER_III")


def opus(samples=None, rate=48_000) -> bytes:
    return encoded(voice(rate) if samples is None else samples, rate, "OGG", "OPUS")


def voice_with(value: float) -> bytes:
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
    "one nan.wav": (voice_with(np.nan), "NaN or infinite samples"),
    "infinite.wav": (voice_with(np.inf), "NaN or infinite samples"),
    "20 ms.wav": (encoded(voice(seconds=0.02)), "too short: 20 ms, and 64 ms is the least"),
    "offset only.wav": (encoded(np.full(16_000, 0.25)), "constant: every sample is 0.25"),
    "text.wav": (b"she had your dark suit in greasy wash water all year", "not audio"),
    "zeros.flac": (bytes(5_000), "not audio"),
    "a rate of 1 Hz.wav": (encoded(voice(), rate=1), "not speech: a sample rate of 1 Hz"),
    "empty as mp3.mp3": (b"", "empty: the file has 0 bytes"),
    "cut as mp3.mp3": (mp3()[:2_000], "truncated: 2000 of "),
    "silent as mp3.mp3": (mp3(np.zeros(16_000)), "silent: every sample is zero"),
    "text as mp3.mp3": (b"she had your dark suit in greasy wash water all year", "not audio"),
    "30 ms.mp3": (encoded(voice(seconds=0.03)), "too short: 30 ms"),
    "empty as opus.opus": (b"", "empty: the file has 0 bytes"),
    "cut as opus.opus": (opus()[:2_000], "truncated or corrupt"),
    "20 ms as opus.opus": (opus(voice(48_000, seconds=0.02)), "too short: 20 ms"),
    "cut as caf.caf": (encoded(voice(), format="CAF")[:9_000], "truncated or corrupt"),
    "cut as aiff.aiff": (encoded(voice(), format="AIFF")[:9_000], "truncated: "),
    "cut as w64.w64": (encoded(voice(), format="W64")[:9_000], "truncated: "),
    "cut as rf64.rf64": (encoded(voice(), format="RF64")[:9_000], "truncated: "),
    "cut as au.au": (encoded(voice(), format="AU")[:9_000], "truncated: "),
    "headerless.sph": (voice().tobytes(), "not audio"),
    "nan as w64.w64": (encoded(np.full(16_000, np.nan), format="W64", subtype="FLOAT"), "NaN"),
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
    "clip as mp3.mp3": mp3(),
    "44.1 kHz stereo, loud.MP3": mp3(voice(44_100, channels=2), 44_100),
    "8 kHz as mp3.mp3": mp3(rate=8_000),
    "new\nline as mp3.mp3": mp3(),
    "WAV named mp3.mp3": encoded(voice()),
    "MP3 named wav.wav": mp3(),
    "clip as opus.opus": opus(),
    "clip as ogg.ogg": encoded(voice(), format="OGG", subtype="VORBIS"),
    "clip as aiff.aiff": encoded(voice(44_100), 44_100, format="AIFF"),
    "clip as caf.caf": encoded(voice(22_050), 22_050, format="CAF", subtype="ALAC_16"),
    "clip as au.au": encoded(voice(11_025), 11_025, format="AU", subtype="FLOAT"),
    "clip as w64.w64": encoded(voice(192_000, channels=2), 192_000, format="W64", subtype="PCM_24"),
    "clip as rf64.rf64": encoded(voice(), format="RF64", subtype="PCM_32"),
    "clip as sph.sph": encoded(voice(), format="NIST"),
    "ten minutes.wav": encoded(voice(seconds=600)),
}
# Entries that are not regular files or not audio: a function that makes the entry, and the reason
# in the list, or None if the entry is not a recording at all.
ODD: dict[str, tuple[Callable[[Path], object], str | None]] = {
    "dangling.wav": (lambda path: path.symlink_to("nowhere.wav"), "a dangling link"),
    "itself.wav": (lambda path: path.symlink_to(path.name), "unreadable"),
    "pipe.wav": (os.mkfifo, "not a regular file"),
    "folder.wav": (Path.mkdir, None),
    ".hidden.wav": (lambda path: path.write_bytes(b"x"), None),
    "notes.txt": (lambda path: path.write_text("x"), None),
    "film.mp4": (lambda path: path.write_bytes(b"x"), None),
    "headerless.raw": (lambda path: path.write_bytes(voice().tobytes()), None),
}


@pytest.mark.slow
def test_recordings_that_cannot_be_used_are_listed_and_the_others_are_used(here, capsys):
    folder = here / "a corpus" / "ann"
    for name, (data, _) in UNUSABLE.items():
        (folder / name).write_bytes(data)
    for name, data in USABLE.items():
        (folder / name).write_bytes(data)
    for name, (make, _) in ODD.items():
        make(folder / name)
    (folder / "0.flac").write_bytes(encoded(voice(), format="FLAC"))  # there is also 0.wav
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
    used = {Path(path).name for path in manifest.loc[manifest["speaker"] == "ann", "recording"]}
    assert set(USABLE) <= used
    for part, path in zip(manifest["split"], manifest["path"], strict=True):
        assert re.fullmatch(r"[A-Za-z0-9_-]+/[A-Za-z0-9_-]+\.flac", path)
        assert soundfile.info(Path("data/speech") / part / path).samplerate == 16_000
    output = capsys.readouterr().out
    count = len(UNUSABLE) + sum(reason is not None for _, reason in ODD.values()) + 1
    assert f"left out {count} files" in output and "data/left_out.csv" in output
    assert "left out: 1 .mp4, 1 .raw, 1 .txt files, not audio that libsndfile reads" in output
    assert "2 utterances were recorded at 8000 Hz: they have no energy above 4000 Hz" in output
    assert "1 utterances were recorded at 11025 Hz: they have no energy above 5512.5" in output
    assert "1 recordings of more than 40 s were cut into " in output
    pieces = manifest[manifest["recording"] == "ann/ten minutes.wav"]
    assert pieces["seconds"].sum() == pytest.approx(600, abs=0.1)
    assert pieces["seconds"].between(5, 30).all()
    assert not (here / "x").exists() and not (here / "y").exists()


def test_a_second_recording_replaces_one_that_cannot_be_used(here):
    folder = here / "a corpus" / "ann"
    (folder / "0.flac").write_bytes(b"")
    (here / "params.yaml").write_text(PARAMS.replace("train: 2", "train: [ann, bob]"))
    split.main()
    left_out = pd.read_csv("data/left_out.csv", keep_default_na=False)
    rows = left_out.loc[left_out["speaker"] == "ann", ["recording", "reason"]].to_numpy().tolist()
    assert rows == [["ann/0.flac", "empty: the file has 0 bytes"]]
    manifest = pd.read_csv("data/manifest.csv")
    assert "ann/0.wav" in set(manifest["recording"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read and list everything")
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
