import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy.signal import resample_poly

from sdmvae.corpora.base import Utterance
from sdmvae.dataset import convert
from sdmvae.dsp import audio_file
from tests.support import PROJECT


def tone(rate, seconds=0.5, amplitude=0.4, hertz=440.0):
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)


def converted(tmp_path, samples, rate, subtype="PCM_16", name="a.wav"):
    soundfile.write(tmp_path / name, samples, rate, subtype=subtype)
    stem = tmp_path / "speech" / "anna" / "1"
    return convert.convert(tmp_path / name, stem), stem.with_name("1.flac")


# Conversion


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_a_recording_of_any_rate_becomes_16_khz(tmp_path, rate):
    outcome, target = converted(tmp_path, tone(rate), rate)
    assert outcome == convert.Converted(rate, 1, 1.0, (convert.Piece("", 0.0, 0.5),))
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
    outcome = convert.convert(recording, tmp_path / "speech" / "1")
    assert reason in outcome.reason
    assert "\n" not in outcome.reason
    assert outcome._replace(reason="") == convert.Converted()
    assert not (tmp_path / "speech").exists()


# Long recordings


def speech(seconds, seed=0):
    """Return bursts of noise of 1 to 3 s with pauses of 0.3 to 0.6 s, at 16 kHz."""
    random = np.random.default_rng(seed)
    parts = []
    while sum(map(len, parts)) < seconds * 16_000:
        burst = 0.1 * random.standard_normal(int(random.integers(16_000, 48_000)))
        pause = 1e-4 * random.standard_normal(int(random.integers(4_800, 9_600)))
        parts += [burst, pause]
    return np.concatenate(parts)[: seconds * 16_000]


def read_pieces(outcome, stem):
    return [
        audio_file.read(convert.piece_path(stem, piece.suffix)).samples
        for piece in outcome.pieces
        if not piece.reason
    ]


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_the_pieces_of_a_long_recording_are_the_recording(tmp_path, rate):
    samples = speech(60) if rate == 16_000 else resample_poly(speech(60), 441, 160)
    soundfile.write(tmp_path / "a.wav", samples, rate, subtype="DOUBLE")
    outcome = convert.convert(tmp_path / "a.wav", tmp_path / "out" / "7")
    suffixes = [piece.suffix for piece in outcome.pieces]
    assert suffixes == [f"-{number:04d}" for number in range(1, len(suffixes) + 1)]
    assert len(suffixes) >= 4
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"7{suffix}.flac" for suffix in suffixes
    ]
    whole = audio_file.read(tmp_path / "a.wav").samples
    joined = np.concatenate(read_pieces(outcome, tmp_path / "out" / "7"))
    np.testing.assert_array_equal(joined, np.round(whole * 2**23) / 2**23)
    starts = np.cumsum([0, *(piece.seconds for piece in outcome.pieces)])
    np.testing.assert_allclose([piece.start for piece in outcome.pieces], starts[:-1], atol=0.01)
    assert starts[-1] == pytest.approx(60, abs=0.01)


def test_a_long_recording_has_one_gain(tmp_path):
    samples = speech(60)
    samples[50 * 16_000] = 4.0
    soundfile.write(tmp_path / "a.wav", samples, 16_000, subtype="FLOAT")
    outcome = convert.convert(tmp_path / "a.wav", tmp_path / "7")
    joined = np.concatenate(read_pieces(outcome, tmp_path / "7"))
    assert outcome.gain == pytest.approx((1 - 2**-15) / 4, abs=1e-6)
    np.testing.assert_allclose(joined, samples * (1 - 2**-15) / 4, atol=1e-6)


def test_pieces_without_speech_are_left_out_and_the_others_keep_their_numbers(tmp_path):
    samples = speech(90)
    samples[20 * 16_000 : 70 * 16_000] = 0
    soundfile.write(tmp_path / "a.wav", samples, 16_000, subtype="FLOAT")
    outcome = convert.convert(tmp_path / "a.wav", tmp_path / "7")
    reasons = {piece.suffix: piece.reason for piece in outcome.pieces}
    silent = [suffix for suffix, reason in reasons.items() if reason]
    assert set(reasons.values()) == {"", convert.SPEECHLESS}
    assert 2 <= len(silent) < len(reasons)
    assert outcome.reason == ""
    assert {path.stem for path in tmp_path.glob("*.flac")} == {
        f"7{suffix}" for suffix in reasons if suffix not in silent
    }
    for piece in outcome.pieces:
        if piece.reason:
            assert piece.start >= 20 and piece.start + piece.seconds <= 70


@pytest.mark.parametrize(("seconds", "pieces"), [(39.9, 1), (40.0, 1), (40.1, 4)])
def test_a_recording_of_up_to_40_seconds_stays_whole(tmp_path, seconds, pieces):
    soundfile.write(tmp_path / "a.wav", speech(41)[: round(seconds * 16_000)], 16_000)
    outcome = convert.convert(tmp_path / "a.wav", tmp_path / "7")
    assert abs(len(outcome.pieces) - pieces) <= pieces // 3


def test_a_long_recording_that_is_damaged_at_its_end_is_left_out(tmp_path):
    soundfile.write(tmp_path / "a.flac", speech(60), 16_000)
    (tmp_path / "b.flac").write_bytes((tmp_path / "a.flac").read_bytes()[:-100])
    outcome = convert.convert(tmp_path / "b.flac", tmp_path / "out" / "7")
    assert outcome.reason.startswith("truncated or corrupt")
    assert not (tmp_path / "out").exists()


def test_steps_without_sound_are_no_speech(tmp_path):
    steps = np.repeat([0.1, 0.2, 0.3], 20 * 16_000)
    soundfile.write(tmp_path / "a.wav", steps, 16_000, subtype="FLOAT")
    outcome = convert.convert(tmp_path / "a.wav", tmp_path / "7")
    assert outcome == convert.Converted(reason=convert.SPEECHLESS)


PEAK_MEMORY = """
import sys
from pathlib import Path
from sdmvae.dataset.convert import convert
outcome = convert(Path(sys.argv[1]), Path(sys.argv[2]))
assert not outcome.reason
# What getrusage says includes the process that started this one.
(peak,) = [line for line in Path("/proc/self/status").open() if line.startswith("VmHWM")]
print(peak.split()[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
def test_the_memory_for_a_recording_does_not_grow_with_its_length(tmp_path):
    peaks = []
    for minutes in (1, 20):
        noise = np.repeat(speech(60)[:, None], 2, axis=1)
        with soundfile.SoundFile(tmp_path / "a.wav", "w", 48_000, 2) as file:
            for _ in range(3 * minutes):
                file.write(noise)
        command = [sys.executable, "-c", PEAK_MEMORY, tmp_path / "a.wav", tmp_path / "out"]
        done = subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE)
        peaks.append(int(done.stdout) / 1024)
    # The samples of 20 minutes alone take 146 MB at 16 kHz.
    assert peaks[1] - peaks[0] < 50, peaks
    assert peaks[1] < 400, peaks


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
    names = [("a", "1"), ("a", "2"), ("b", "1"), ("A", "1")]
    given = [Utterance(*name, Path("/".join(name))) for name in names]
    assert convert.group_recordings(given) == {utterance: [utterance.path] for utterance in given}
    assert convert.group_recordings([]) == {}
