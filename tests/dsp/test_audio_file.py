import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sdmvae.dsp import _container, audio_file, signal
from tests.support import LIBRISPEECH


def sine(rate, hertz=440.0, seconds=0.5, amplitude=0.4):
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)


def encoded(samples, rate, format, subtype):
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=format, subtype=subtype)
    return bytearray(buffer.getvalue())


def wav(samples=None, rate=16_000):
    return encoded(sine(16_000) if samples is None else samples, rate, "WAV", "PCM_16")


def patched(data, offset, values):
    data[offset : offset + len(values)] = values
    return data


FORMATS = {
    # name: (file, sample rate, channels, format, subtype, largest error)
    "16-bit wav": ("a.wav", 16_000, 1, "WAV", "PCM_16", 4e-5),
    "44.1 kHz stereo FLAC": ("a.flac", 44_100, 2, "FLAC", "PCM_16", 1e-3),
    "8-bit wav": ("a.wav", 8_000, 1, "WAV", "PCM_U8", 1e-2),
    "24-bit wav": ("a.wav", 48_000, 1, "WAV", "PCM_24", 1e-3),
    "float wav": ("a.wav", 22_050, 1, "WAV", "FLOAT", 1e-3),
    "A-law wav": ("a.wav", 8_000, 1, "WAV", "ALAW", 2e-2),
    "96 kHz": ("a.wav", 96_000, 1, "WAV", "PCM_16", 1e-3),
    "6 channels": ("a.wav", 16_000, 6, "WAVEX", "PCM_16", 4e-5),
    "big-endian AIFF": ("a.aiff", 16_000, 1, "AIFF", "PCM_16", 4e-5),
    "Ogg Vorbis": ("a.ogg", 44_100, 1, "OGG", "VORBIS", 5e-2),
    "SPHERE": ("A.WAV", 16_000, 1, "NIST", "PCM_16", 4e-5),
    "SPHERE, mu-law": ("A.WAV", 8_000, 1, "NIST", "ULAW", 2e-2),
    "MP3": ("a.mp3", 44_100, 1, "MP3", "MPEG_LAYER_III", 5e-2),
    "MP3 at 8 kHz": ("a.mp3", 8_000, 1, "MP3", "MPEG_LAYER_III", 8e-2),
    "Opus": ("a.opus", 48_000, 2, "OGG", "OPUS", 5e-2),
    "AIFF": ("a.aifc", 22_050, 2, "AIFF", "PCM_24", 1e-3),
    "CAF": ("a.caf", 44_100, 1, "CAF", "ALAC_16", 1e-3),
    "RF64": ("a.rf64", 192_000, 2, "RF64", "FLOAT", 1e-3),
    "W64": ("a.w64", 11_025, 1, "W64", "PCM_16", 1e-3),
    "AU": ("a.au", 16_000, 8, "AU", "PCM_32", 4e-5),
    "wav named mp3": ("a.mp3", 16_000, 1, "WAV", "PCM_16", 4e-5),
    "MP3 named wav": ("a.wav", 16_000, 1, "MP3", "MPEG_LAYER_III", 5e-2),
    "Opus named flac": ("a.flac", 48_000, 1, "OGG", "OPUS", 5e-2),
    "FLAC named wav": ("a.wav", 16_000, 1, "FLAC", "PCM_16", 4e-5),
    "wav without a suffix": ("a", 16_000, 1, "WAV", "PCM_16", 4e-5),
    "wav named raw": ("a.raw", 16_000, 1, "WAV", "PCM_16", 4e-5),
}


@pytest.mark.parametrize(
    ("name", "rate", "channels", "format", "subtype", "error"), FORMATS.values(), ids=FORMATS
)
def test_a_tone_is_read_alike_from_every_format(
    tmp_path, name, rate, channels, format, subtype, error
):
    path = tmp_path / name
    path.write_bytes(encoded(np.column_stack([sine(rate)] * channels), rate, format, subtype))
    recording = audio_file.read(path)
    assert recording[1:] == (rate, channels)
    assert recording.samples.dtype == np.float64
    assert recording.samples.shape == (8_000,)
    inner = slice(1_000, -1_000)  # away from the ends, which a filter smears
    np.testing.assert_allclose(recording.samples[inner], sine(16_000)[inner], atol=error)


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("hertz", [100.0, 3_000.0])
def test_resampling_keeps_frequency_and_amplitude(tmp_path, rate, hertz):
    soundfile.write(tmp_path / "a.wav", sine(rate, hertz, seconds=1), rate, subtype="DOUBLE")
    samples = audio_file.read(tmp_path / "a.wav").samples
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size))) * 4 / samples.size
    assert np.argmax(spectrum) == hertz  # bins of 1 Hz
    assert spectrum.max() == pytest.approx(0.4, rel=5e-3)


def test_resampling_removes_frequencies_above_8_khz(tmp_path):
    soundfile.write(tmp_path / "a.wav", sine(48_000, 12_000) + sine(48_000, 500), 48_000)
    samples = audio_file.read(tmp_path / "a.wav").samples[1_000:-1_000]
    np.testing.assert_allclose(samples, sine(16_000, 500)[1_000:-1_000], atol=3e-3)


@pytest.mark.parametrize(("format", "rate"), [("MP3", 44_100), ("WAV", 8_000), ("FLAC", 48_000)])
def test_a_stream_has_the_samples_in_blocks(tmp_path, format, rate):
    noise = np.random.default_rng(0).normal(scale=0.1, size=(40 * rate, 2))
    (tmp_path / "a").write_bytes(encoded(noise, rate, format, soundfile.default_subtype(format)))
    recording = audio_file.read(tmp_path / "a")
    with audio_file.stream(tmp_path / "a") as stream:
        blocks = list(stream.blocks)
    assert len(blocks) > 1
    assert stream[1:] == recording[1:] == (rate, 2)
    np.testing.assert_array_equal(np.concatenate(blocks), recording.samples)


def test_a_stream_of_a_bad_file_tells_so_at_the_block_that_is_bad(tmp_path):
    samples = np.random.default_rng(0).normal(scale=0.1, size=300_000)
    samples[250_000] = np.nan
    soundfile.write(tmp_path / "a.wav", samples, 16_000, subtype="FLOAT")
    with audio_file.stream(tmp_path / "a.wav") as stream:
        next(stream.blocks)
        with pytest.raises(audio_file.AudioError, match="NaN"):
            list(stream.blocks)


def test_an_error_of_the_disk_is_a_reason(tmp_path, monkeypatch):
    def fail(self, buffer):
        if self.tell() > 10_000:
            raise OSError(5, "Input/output error")
        return io.BufferedReader.readinto(self, buffer)

    (tmp_path / "a.wav").write_bytes(wav(np.tile(sine(16_000), 20)))
    monkeypatch.setattr(_container.AudioBytes, "_read_from_disk", fail)
    with pytest.raises(audio_file.AudioError, match="unreadable: Input/output error"):
        audio_file.read(tmp_path / "a.wav")


@pytest.mark.parametrize("channels", [2, 3, 6, 8])
def test_any_number_of_channels_is_averaged(tmp_path, channels):
    samples = np.random.default_rng(0).normal(scale=0.1, size=(2_000, channels))
    soundfile.write(tmp_path / "a.wav", samples, 16_000, subtype="DOUBLE")
    averaged = audio_file.read(tmp_path / "a.wav").samples
    np.testing.assert_allclose(averaged, samples.mean(axis=1), atol=1e-15)


def test_channels_are_averaged(tmp_path):
    left, right = sine(16_000, 300), sine(16_000, 700)
    soundfile.write(tmp_path / "a.wav", np.column_stack([left, right]), 16_000, subtype="DOUBLE")
    samples = audio_file.read(tmp_path / "a.wav").samples
    np.testing.assert_allclose(samples, (left + right) / 2, atol=1e-12)


@pytest.mark.parametrize("riff", [0, 36, 0xFFFFFFFF])
@pytest.mark.parametrize("size", [0, 0x7FFFF000, 0xFFFFFFFF])
def test_a_streamed_wav_is_read_to_its_end(tmp_path, riff, size):
    data = patched(wav(), 40, struct.pack("<I", size))
    (tmp_path / "a.wav").write_bytes(patched(data, 4, struct.pack("<I", riff)))
    assert audio_file.read(tmp_path / "a.wav").samples.size == 8_000


def test_a_flac_without_a_frame_count_is_read_to_its_end(tmp_path):
    data = encoded(sine(16_000), 16_000, "FLAC", "PCM_16")
    (tmp_path / "a.flac").write_bytes(patched(data, 21, bytes([data[21] & 0xF0, 0, 0, 0, 0])))
    assert audio_file.read(tmp_path / "a.flac").samples.size == 8_000


def test_an_mp3_with_tags_at_both_ends_is_read(tmp_path):
    tag = b"ID3\x04\0\0\0\0\x07\x68" + b"APIC" + bytes(996)  # 7 * 128 + 104 = 1000 bytes
    data = encoded(sine(16_000), 16_000, "MP3", "MPEG_LAYER_III")
    (tmp_path / "a.mp3").write_bytes(tag + bytes(data) + b"TAG" + bytes(125))
    assert audio_file.read(tmp_path / "a.mp3").samples.size == 8_000


def test_an_mp3_whose_header_counts_its_tags_is_not_truncated(tmp_path):
    data = encoded(sine(16_000), 16_000, "MP3", "MPEG_LAYER_III")
    position = data.index(b"Xing") + 12
    patched(data, position, struct.pack(">I", round(1.005 * len(data))))
    (tmp_path / "a.mp3").write_bytes(data)
    assert audio_file.read(tmp_path / "a.mp3").samples.size == 8_000


def test_an_mp3_without_a_frame_count_is_read_to_its_end(tmp_path):
    noise = np.random.default_rng(0).normal(scale=0.1, size=80_000)
    data = encoded(noise * (np.arange(80_000) > 40_000), 16_000, "MP3", "MPEG_LAYER_III")
    (tmp_path / "a.mp3").write_bytes(data[data.index(data[:2], 2) :])  # the first frame counts
    assert audio_file.read(tmp_path / "a.mp3").samples.size >= 79_000


def flac():
    return encoded(sine(16_000), 16_000, "FLAC", "PCM_16")


def sphere():
    return encoded(sine(16_000), 16_000, "NIST", "PCM_16")


def mp3():
    return encoded(sine(16_000), 16_000, "MP3", "MPEG_LAYER_III")


def opus():
    return encoded(sine(48_000), 48_000, "OGG", "OPUS")


def caf():
    return encoded(sine(16_000), 16_000, "CAF", "PCM_16")


def w64():
    return encoded(sine(16_000), 16_000, "W64", "PCM_16")


def rf64():
    return encoded(sine(16_000), 16_000, "RF64", "PCM_16")


def shortened():
    return sphere().replace(
        b"sample_coding -s3 pcm", b"sample_coding -s26 pcm,embedded-shorten-v2.00"
    )


def with_one_sample(value, subtype="FLOAT"):
    samples = sine(16_000)
    samples[100] = value
    return encoded(samples, 16_000, "WAV", subtype)


BAD = {
    "empty": (b"", "empty: the file has 0 bytes"),
    "text": (b"she had your dark suit\n" * 99, "not audio: "),
    "few bytes": (b"RIFF", "not audio: "),
    "zeros": (bytes(9_000), "not audio: "),
    "header only": (wav(np.zeros(0)), "no samples: the file is a header only"),
    "SPHERE header only": (encoded(np.zeros(0), 16_000, "NIST", "PCM_16"), "no samples: "),
    "wav cut": (wav()[:9_044], "truncated: 9000 of 16000 bytes of sound"),
    "wav cut to its header": (wav()[:44], "truncated: 0 of 16000 bytes of sound"),
    "AIFF cut": (encoded(sine(16_000), 16_000, "AIFF", "PCM_16")[:9_000], "truncated: "),
    "SPHERE cut": (sphere()[: 1024 + 6_000], "truncated: 3000 of 8000 samples"),
    "W64 cut": (w64()[:9_000], "truncated: "),
    "RF64 cut": (rf64()[:9_000], "truncated: "),
    "AU cut": (encoded(sine(16_000), 16_000, "AU", "PCM_16")[:9_024], "truncated: 9000 of 16000"),
    "SVX cut": (encoded(sine(16_000), 16_000, "SVX", "PCM_16")[:9_000], "truncated: "),
    "CAF cut": (caf()[:9_000], "truncated or corrupt: "),
    "MP3 cut": (mp3()[:1_500], "truncated: 1500 of "),
    "Opus cut": (opus()[:2_000], "truncated or corrupt: "),
    "MP3 header only": (mp3()[:100], "truncated: 100 of "),
    "SPHERE with shorten": (
        shortened(),
        "not audio that libsndfile reads: pcm,embedded-shorten-v2.00; convert it with sph2pipe",
    ),
    "a page of the web": (b"<html>not found</html>" * 99, "not audio: Format not recognised"),
    "MP4": (b"\0\0\0\x20ftypM4A " + bytes(9_000), "not audio: Format not recognised"),
    "chunks without end": (b"RIFF\xff\xff\xff\xffWAVE" + bytes(99_999), "not audio: "),
    "FLAC cut": (flac()[:5_000], "truncated or corrupt: "),
    "FLAC cut by a byte": (flac()[:-1], "truncated or corrupt: "),
    "FLAC overwritten": (patched(flac(), 6_000, bytes(200)), "truncated or corrupt: "),
    "FLAC claiming more": (
        patched(flac(), 22, struct.pack(">I", 9_000)),
        "truncated: 8000 of 9000 samples",
    ),
    "NaN": (with_one_sample(np.nan), "NaN or infinite samples"),
    "infinite": (with_one_sample(-np.inf), "NaN or infinite samples"),
    "infinite on average": (
        encoded(np.full((2_000, 2), 1.7e308), 16_000, "WAV", "DOUBLE"),
        "NaN or infinite samples",
    ),
    "silent": (wav(np.zeros(8_000)), "silent: every sample is zero"),
    "opposite channels": (
        encoded(np.column_stack([sine(16_000), -sine(16_000)]), 16_000, "WAV", "DOUBLE"),
        "silent: every sample is zero in the average of the channels",
    ),
    "constant": (wav(np.full(8_000, 0.25), 44_100), "constant: every sample is 0.25"),
    "silent A-law": (encoded(np.zeros(8_000), 8_000, "WAV", "ALAW"), "constant: every sample"),
    "silent MP3": (
        encoded(np.zeros(16_000), 16_000, "MP3", "MPEG_LAYER_III"),
        "silent: every sample is zero",
    ),
    "silent Opus": (encoded(np.zeros(16_000), 16_000, "OGG", "OPUS"), "constant: every sample"),
    "silent in 24 bits": (
        encoded(sine(16_000, amplitude=5e-8), 16_000, "WAV", "DOUBLE"),
        "silent: the peak at 16 kHz is 5e-08, which is 0 in 24 bits",
    ),
    "a faint tone of 20 kHz": (
        encoded(sine(48_000, 20_000, amplitude=1e-7), 48_000, "WAV", "DOUBLE"),
        "silent: the peak at 16 kHz is ",
    ),
    "short Opus": (encoded(sine(48_000)[:2_000], 48_000, "OGG", "OPUS"), "too short: "),
    "short": (wav(sine(16_000)[:1_023]), "too short: 63.9 ms, and 64 ms is the least"),
    "short at 48 kHz": (wav(sine(48_000)[:3_000], 48_000), "too short: 62.5 ms"),
    "1 Hz": (wav(rate=1), "not speech: a sample rate of 1 Hz"),
    "2 GHz": (wav(rate=2**31 - 1), "not speech: a sample rate of 2147483647 Hz"),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_a_reason(tmp_path, data, reason):
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(audio_file.AudioError) as failure:
        audio_file.read(tmp_path / "a.wav")
    assert str(failure.value).startswith(reason)
    assert "\n" not in str(failure.value)


def dangling(path):
    path.symlink_to(path.parent / "nowhere")


def self_link(path):
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "no such file"),
        (dangling, "a dangling link"),
        (self_link, "unreadable: "),
        (Path.mkdir, "a folder, not a file"),
        (os.mkfifo, "not a regular file"),
    ],
    ids=["missing", "dangling", "linked to itself", "folder", "fifo"],
)
def test_a_path_without_a_regular_file_is_refused_with_a_reason(tmp_path, make, reason):
    make(tmp_path / "a.wav")
    with pytest.raises(audio_file.AudioError, match=reason):
        audio_file.read(tmp_path / "a.wav")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_refused_with_a_reason(tmp_path):
    (tmp_path / "a.wav").write_bytes(wav())
    (tmp_path / "a.wav").chmod(0)
    with pytest.raises(audio_file.AudioError, match="unreadable: Permission denied"):
        audio_file.read(tmp_path / "a.wav")


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_the_shortest_recording_is_read(tmp_path, rate):
    (tmp_path / "a.wav").write_bytes(wav(sine(rate)[: 1_024 * rate // 16_000], rate))
    assert audio_file.read(tmp_path / "a.wav").samples.size == 1_024


FUZZED = ["WAV", "NIST", "FLAC", "OGG", "AIFF", "MP3", "CAF", "W64", "RF64", "AU", "SVX", "VOC"]


@pytest.mark.parametrize("format", FUZZED)
def test_a_corrupt_file_raises_no_other_error(tmp_path, format):
    random = np.random.default_rng(0)
    data = encoded(sine(16_000), 16_000, format, soundfile.default_subtype(format))
    for _ in range(60):
        spoiled = np.frombuffer(data, np.uint8).copy()
        reach = random.choice([64, len(data)])
        spoiled[random.integers(0, reach, 4)] = random.choice([0, 127, 255], 4)
        (tmp_path / "a").write_bytes(spoiled[: random.integers(1, 2 * len(data))].tobytes())
        try:
            samples = audio_file.read(tmp_path / "a").samples
        except audio_file.AudioError as error:
            assert str(error)
        else:
            assert np.isfinite(samples).all()
            assert samples.size >= audio_file.SHORTEST


@pytest.mark.parametrize(
    ("name", "options", "subtype", "bits"),
    [
        ("a.wav", {}, "PCM_16", 16),
        ("a.flac", {}, "PCM_24", 24),
        ("a.tmp", {"format": "WAV", "subtype": "PCM_16"}, "PCM_16", 16),
        ("a.tmp", {"format": "FLAC"}, "PCM_24", 24),
        ("a.flac", {"subtype": "PCM_16"}, "PCM_16", 16),
    ],
)
def test_written_samples_are_rounded_and_clipped_and_can_be_read(
    tmp_path, name, options, subtype, bits
):
    samples = np.random.default_rng(0).uniform(-1.2, 1.2, 4_000)
    audio_file.write(tmp_path / name, samples, **options)
    step = 2.0 ** (1 - bits)
    expected = np.clip(np.round(samples / step) * step, -1, 1 - step)
    np.testing.assert_array_equal(audio_file.read(tmp_path / name).samples, expected)
    assert soundfile.info(tmp_path / name).subtype == subtype
    first = (tmp_path / name).read_bytes()
    audio_file.write(tmp_path / name, samples, **options)
    assert (tmp_path / name).read_bytes() == first


def test_sixteen_bits_survive_reading_and_writing(tmp_path):
    codes = np.arange(-(2**15), 2**15).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", codes, 16_000, subtype="PCM_16")
    audio_file.write(tmp_path / "b.wav", audio_file.read(tmp_path / "a.wav").samples)
    assert (tmp_path / "b.wav").read_bytes() == (tmp_path / "a.wav").read_bytes()


def test_samples_that_are_not_finite_are_not_written(tmp_path):
    with pytest.raises(audio_file.AudioError, match="NaN"):
        audio_file.write(tmp_path / "a.wav", np.array([0.0, np.nan]))
    assert not (tmp_path / "a.wav").exists()


@pytest.mark.skipif(not LIBRISPEECH.is_dir(), reason="no LibriSpeech beside the repository")
def test_real_speech_is_read_trimmed_and_written(tmp_path):
    path = min(LIBRISPEECH.rglob("*.flac"))
    recording = audio_file.read(path)
    assert recording[1:] == (16_000, 1)
    assert recording.samples.size == soundfile.info(path).frames
    normalised, _ = signal.normalise(recording.samples)
    assert 0.5 * normalised.size < signal.trim(normalised).size <= normalised.size
    audio_file.write(tmp_path / "a.wav", recording.samples)
    np.testing.assert_array_equal(audio_file.read(tmp_path / "a.wav").samples, recording.samples)


def test_a_recording_is_normalised_and_an_error_names_its_file(tmp_path):
    audio_file.write(tmp_path / "good.wav", 0.25 * np.sin(np.arange(16_000) / 9))
    samples, peak = audio_file.read_normalised(tmp_path / "good.wav")
    assert np.abs(samples).max() == 1 and peak == pytest.approx(0.25, abs=1e-3)
    with pytest.raises(audio_file.AudioError, match=r"absent\.wav: no such file"):
        audio_file.read_normalised(tmp_path / "absent.wav")
