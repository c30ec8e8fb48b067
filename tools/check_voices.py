"""Check the recordings of the corpus "voices": level, pauses, speakers, and what is understood.

    pip install -e .[check-voices]
    python -m tools.check_voices

It prints one row per speaker, and then every recording that fails a check.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sdmvae.dsp import audio_file
from sdmvae.runtime.progress import progress
from tools.make_voices import CORPUS, Row, digest, read_manifest
from tools.speaker_identification import identify, speaker_features
from tools.voice_signal import active_level, find_pauses, find_silence
from tools.word_errors import Recogniser

HIGHEST_WORD_ERROR_RATE = 0.3  # of one recording
LARGEST_FILE = 200_000  # bytes
LARGEST_CORPUS = 25_000_000  # bytes


class Measured(NamedTuple):
    """What is measured of one recording."""

    seconds: float
    peak: float
    level: float
    longest_pause: float
    leading: float
    trailing: float
    bytes: int


def measure(row: Row) -> Measured:
    """Return the level and the silences of a recording, in seconds."""
    path = CORPUS / row.file
    samples = audio_file.read(path).samples
    rate = audio_file.SAMPLE_RATE
    pauses = [stop - start for start, stop in find_pauses(samples)]
    sounds = np.flatnonzero(~find_silence(samples))
    return Measured(
        seconds=len(samples) / rate,
        peak=float(np.abs(samples).max()),
        level=20 * float(np.log10(active_level(samples))),
        longest_pause=max(pauses, default=0) / rate,
        leading=float(sounds[0]) / 100,
        trailing=len(samples) / rate - float(sounds[-1] + 1) / 100,
        bytes=path.stat().st_size,
    )


def find_faults(row: Row, measured: Measured) -> list[str]:
    """Return what is wrong with a recording."""
    lowest, highest = 0.4, 0.95
    checks = {
        "the digest differs": digest(CORPUS / row.file) != row.sha256,
        f"peak {measured.peak:.2f}": not lowest <= measured.peak <= highest,
        # -19.2 dB is `LEVEL`; a voice with high peaks is quieter.
        f"level {measured.level:.1f} dB": not -24 <= measured.level <= -19,
        f"pause of {measured.longest_pause:.2f} s": measured.longest_pause > 0.5,
        f"{measured.leading:.2f} s of silence first": not 0.05 <= measured.leading <= 0.15,
        f"{measured.trailing:.2f} s of silence last": not 0.05 <= measured.trailing <= 0.15,
        f"{measured.seconds:.2f} s long": not 2.5 <= measured.seconds <= 8,
        f"{measured.bytes} bytes": measured.bytes > LARGEST_FILE,
    }
    return [fault for fault, is_true in checks.items() if is_true]


def print_table(rows: Sequence[Row], measured: Sequence[Measured], errors: np.ndarray) -> None:
    """Print one row per speaker: means, the highest peak and the word error rate."""
    of_speaker: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        of_speaker[row.speaker].append(number)
    print("speaker                     seconds   peak  level  pause  word errors")
    for speaker, numbers in of_speaker.items():
        values = np.array([measured[number][:4] for number in numbers])
        wrong, words = errors[numbers].sum(axis=0)
        print(
            f"{speaker:27} {values[:, 0].mean():7.2f} {values[:, 1].max():6.2f} "
            f"{values[:, 2].mean():6.1f} {values[:, 3].max():6.2f} {wrong / words:12.1%}"
        )


def main() -> None:
    """Check every recording of the manifest; exit with status 1 if one fails."""
    rows = read_manifest()
    measured = [measure(row) for row in rows]
    faults = {
        row.file: find_faults(row, values) for row, values in zip(rows, measured, strict=True)
    }

    recogniser = Recogniser()
    errors = np.zeros((len(rows), 2), int)
    for number, row in enumerate(progress(rows, "recognition", len(rows), "recording")):
        heard = recogniser.transcribe(CORPUS / row.file)
        errors[number] = recogniser.count_errors(row.sentence, heard)
        if (rate := errors[number, 0] / errors[number, 1]) > HIGHEST_WORD_ERROR_RATE:
            faults[row.file].append(
                f"word error rate {rate:.0%}: {row.sentence!r}, heard {heard!r}"
            )

    features = np.stack([speaker_features(CORPUS / row.file) for row in rows])
    speakers = [row.speaker for row in rows]
    guesses = identify(features, speakers)
    right = np.mean([guess == speaker for guess, speaker in zip(guesses, speakers, strict=True)])

    print_table(rows, measured, errors)
    total = sum(values.bytes for values in measured)
    if total > LARGEST_CORPUS:
        faults["all recordings"] = [f"{total} bytes"]
    wrong, words = errors.sum(axis=0)
    print(f"recordings {len(rows)}, seconds {sum(values.seconds for values in measured):.0f}")
    print(f"bytes {total}, largest file {max(values.bytes for values in measured)}")
    print(f"word error rate {wrong / words:.1%} ({wrong} of {words} words)")
    print(f"speaker identification {right:.1%}")
    for speaker, guess in zip(speakers, guesses, strict=True):
        if speaker != guess:
            print(f"  {speaker} is taken for {guess}")
    failed = {file: reasons for file, reasons in faults.items() if reasons}
    for file, reasons in failed.items():
        print(f"{file}: {'; '.join(reasons)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
