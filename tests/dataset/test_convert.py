import os
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmvae.corpora.base import Utterance
from sdmvae.dataset import convert


def tone(rate, seconds=0.5, amplitude=0.4, hertz=440.0):
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)


def converted(tmp_path, samples, rate, subtype="PCM_16", name="a.wav"):
    soundfile.write(tmp_path / name, samples, rate, subtype=subtype)
    target = tmp_path / "speech" / "anna" / "1.flac"
    return convert.convert(tmp_path / name, target), target


# Conversion


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_a_recording_of_any_rate_becomes_16_khz(tmp_path, rate):
    outcome, target = converted(tmp_path, tone(rate), rate)
    assert outcome == convert.Converted(0.5, rate, 1, 1.0, "")
    info = soundfile.info(target)
    assert (info.samplerate, info.channels) == (16_000, 1)
    assert (info.format, info.subtype) == ("FLAC", "PCM_24")
    samples, _ = soundfile.read(target)
    assert len(samples) == 8_000
    middle = slice(1_000, -1_000)
    np.testing.assert_allclose(samples[middle], tone(16_000)[middle], atol=2e-3)


def test_channels_are_averaged(tmp_path):
    left, right = tone(16_000, amplitude=0.6), tone(16_000, amplitude=0.2)
    outcome, target = converted(tmp_path, np.stack([left, right], axis=1), 16_000)
    assert outcome.channels == 2
    np.testing.assert_allclose(soundfile.read(target)[0], tone(16_000), atol=1e-4)


@pytest.mark.parametrize("peak", [1.0, 1.5, 40.0])
def test_a_recording_whose_peak_does_not_fit_is_scaled_by_the_gain(tmp_path, peak):
    samples = tone(16_000, amplitude=1)
    samples *= peak / np.abs(samples).max()
    outcome, target = converted(tmp_path, samples, 16_000, subtype="FLOAT")
    scaled, _ = soundfile.read(target)
    assert np.abs(scaled).max() == pytest.approx(1 - 2**-15, abs=1e-6)
    assert outcome.gain == pytest.approx((1 - 2**-15) / peak, abs=1e-6)
    np.testing.assert_allclose(scaled, outcome.gain * samples, atol=1e-6 * peak)


def test_a_recording_whose_peak_fits_is_not_scaled(tmp_path):
    samples = tone(16_000, amplitude=0.999)
    outcome, target = converted(tmp_path, samples, 16_000, subtype="FLOAT")
    assert outcome.gain == 1
    np.testing.assert_allclose(soundfile.read(target)[0], samples, atol=2**-23)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file"),
        (b"", "empty"),
        (b"no sound at all, just text", "not audio"),
        ("silence", "silent"),
        ("short", "too short"),
        ("cut", "truncated"),
    ],
)
def test_a_recording_that_cannot_be_used_gives_the_reason(tmp_path, content, reason):
    recording = tmp_path / "a.wav"
    if isinstance(content, bytes):
        recording.write_bytes(content)
    elif content:
        samples = {"silence": np.zeros(8_000), "short": tone(16_000, 0.01)}
        soundfile.write(recording, samples.get(content, tone(16_000)), 16_000)
        if content == "cut":
            recording.write_bytes(recording.read_bytes()[:5_000])
    target = tmp_path / "speech" / "1.flac"
    outcome = convert.convert(recording, target)
    assert reason in outcome.reason
    assert "\n" not in outcome.reason
    assert outcome._replace(reason="") == convert.Converted()
    assert not target.exists()


# Names

HOSTILE = [
    ("anna", "one"),
    ("Anna", "One"),
    ("ANNA", "ONE"),
    ("anna", "one-2"),
    ("anna", "one-3"),
    ("a b", "c d"),
    ("a_b", "c_d"),
    ("a  b", "c\td"),
    ('"a"', "'b'"),
    ("a\nb", "c\nd"),
    ("😀", "🎤"),
    ("😁", "🎤"),
    ("-rf", "--help"),
    ("rf", "help"),
    ("..", "."),
    ("/etc", "passwd"),
    ("a", "../../b"),
    ("a", "b/c"),
    ("a", "b\\c"),
    ("$(touch x)", "`y`;z"),
    ("é", "ß"),
    ("e\u0301", "ss"),
    (os.fsdecode(b"\xe9"), os.fsdecode(b"\xff\xfe")),
    (os.fsdecode(b"\xe8"), os.fsdecode(b"\xff\xfe")),
    ("CON", "nul"),
    ("1.5", "x.wav"),
    ("", ""),
    ("_", "_"),
]
PLAIN = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_-]+\.flac")


def utterances(names):
    return [
        Utterance(speaker, utterance, Path(f"/speech/{number}.wav"))
        for number, (speaker, utterance) in enumerate(names)
    ]


def folded(paths):
    return [path.as_posix().casefold() for path in paths]


def test_a_plain_name_is_kept():
    (name,) = convert.plain_names(utterances([("84", "84-121123-0000")])).values()
    assert name == Path("84/84-121123-0000.flac")


def test_hostile_names_become_plain_and_stay_different():
    given = utterances(HOSTILE)
    names = convert.plain_names(given)
    assert list(names) == given
    assert len(set(folded(names.values()))) == len(given)
    for path in names.values():
        assert PLAIN.fullmatch(path.as_posix()), path


NAMES = st.text(st.sampled_from("aAb_-. /2é\n"), max_size=5)


@given(st.lists(st.tuples(NAMES, NAMES), unique=True, max_size=20))
@settings(max_examples=60, deadline=None)
def test_names_are_different_also_if_case_is_ignored(pairs):
    names = convert.plain_names(utterances(pairs))
    assert len(set(folded(names.values()))) == len(pairs)
    for path in names.values():
        assert PLAIN.fullmatch(path.as_posix()), path


def test_the_name_of_a_deep_path_fits_into_a_file_system(tmp_path):
    given = utterances([("anna", "deep/" * 60 + end) for end in ("one", "two")])
    first, second = convert.plain_names(given).values()
    assert first != second
    for path in (first, second):
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_bytes(b"")


def test_any_path_can_be_printed():
    assert convert.printable("plain/é.wav") == "plain/é.wav"
    shown = convert.printable(Path(os.fsdecode(b"caf\xe9.wav")))
    assert shown == r"caf\xe9.wav"
    shown.encode("utf-8")


# Recordings


def test_recordings_of_an_utterance_are_grouped_under_the_first():
    wav, flac, other = (
        Utterance("anna", "1", Path("a/1.flac")),
        Utterance("anna", "1", Path("a/1.wav")),
        Utterance("bob", "1", Path("b/1.wav")),
    )
    third = Utterance("anna", "1", Path("c/1.wav"))
    groups = convert.group_recordings(iter([wav, flac, other, third]))
    assert list(groups) == [wav, other]
    assert groups[wav] == [Path("a/1.flac"), Path("a/1.wav"), Path("c/1.wav")]
    assert groups[other] == [Path("b/1.wav")]


def test_utterances_with_one_recording_have_a_group_of_one():
    given = utterances([("a", "1"), ("a", "2"), ("b", "1"), ("A", "1")])
    assert convert.group_recordings(given) == {utterance: [utterance.path] for utterance in given}
    assert convert.group_recordings([]) == {}
