import numpy as np
import pytest
import soundfile

from sdmvae.corpora._suffixes import AUDIO, LOSSLESS, LOSSY, SUFFIXES, count_kinds
from sdmvae.dsp import audio_file

# The format that each suffix stands for, as in the programs of libsndfile.
FORMATS = {
    "WAV": (".wav", ".wave", ".bwf"),
    "WAVEX": (".wav",),
    "RF64": (".rf64",),
    "W64": (".w64",),
    "FLAC": (".flac",),
    "CAF": (".caf",),
    "AIFF": (".aif", ".aiff", ".aifc"),
    "AU": (".au", ".snd"),
    "NIST": (".sph", ".nist"),
    "VOC": (".voc",),
    "IRCAM": (".ircam", ".sf"),
    "PAF": (".paf", ".fap"),
    "PVF": (".pvf",),
    "SVX": (".svx",),
    "AVR": (".avr",),
    "HTK": (".htk",),
    "SDS": (".sds",),
    "MPC2K": (".mpc",),
    "XI": (".xi",),
    "WVE": (".wve", ".prc"),
    "MP3": (".mp1", ".mp2", ".mp3"),
    "OGG": (".ogg", ".oga", ".opus"),
}
WITHOUT_SUFFIX = {"RAW", "SD2", "MAT4", "MAT5"}


def test_every_format_of_libsndfile_has_a_suffix():
    assert set(FORMATS) | WITHOUT_SUFFIX == set(soundfile.available_formats())
    assert set(SUFFIXES) == {suffix for suffixes in FORMATS.values() for suffix in suffixes}
    assert len(SUFFIXES) == len(LOSSLESS) + len(LOSSY)


CASES = [
    (format, subtype)
    for format in FORMATS
    for subtype in soundfile.available_subtypes(format)
    # libsndfile reads these and does not write them.
    if subtype not in ("MPEG_LAYER_I", "MPEG_LAYER_II", "DWVW_12")
    and (format, subtype) != ("WAV", "MPEG_LAYER_III")
]


@pytest.mark.parametrize(("format", "subtype"), CASES)
def test_a_file_of_every_format_and_encoding_is_read(tmp_path, format, subtype):
    tone = 0.4 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    path = tmp_path / f"a{FORMATS[format][0]}"
    soundfile.write(path, tone, 16_000, format=format, subtype=subtype)
    samples, rate, channels = audio_file.read(path)
    assert channels == 1
    # Three formats cannot hold this rate: they store another one.
    assert rate == 16_000 or format in ("WVE", "XI", "VOC")
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    hertz = np.argmax(spectrum) * 16_000 / samples.size * 16_000 / rate
    assert hertz == pytest.approx(440, rel=0.02)


def test_the_pattern_has_the_suffixes_without_their_stop():
    assert set(AUDIO[3:-1].split("|")) == {suffix[1:] for suffix in SUFFIXES}


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a.txt"], "1 .txt file"),
        (["x/a.TXT", "b.txt", "c.mp4"], "2 .txt, 1 .mp4 files"),
        (["README", "b.txt", "LICENSE"], "2 no-suffix, 1 .txt files"),
        ([f"a.{number}" for number in range(10, 22)], None),
    ],
)
def test_files_are_counted_by_their_suffix(names, text):
    if text is None:
        assert count_kinds(names).endswith("1 .17, 4 other files")
    else:
        assert count_kinds(names) == text
