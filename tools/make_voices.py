"""Speak the corpus "voices" into data/voices, where it is kept in git.

    pip install -e .[voices]
    python -m tools.make_voices

The pipeline never runs this program: the same model gives other samples on other processors, so
the speech was made once. A recording that is there already is kept if its speaker, its sentence
and its digest are those of the manifest.
"""

import argparse
import csv
import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scipy.signal import resample_poly

from sdmvae.corpora.voices import BLENDS, Voices
from sdmvae.dsp import audio_file
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from tools import kokoro
from tools.voice_signal import set_level, shorten_silence

CORPUS = Voices.embedded_root
MANIFEST = CORPUS / "manifest.csv"
SENTENCES = Path(__file__).with_name("voices_sentences.txt")
DOWNLOADS = Path("data/kokoro")

WHISPERS = "af_nicole"  # this voice only whispers, so it is left out
SEXES = {"f": "female", "m": "male"}
LANGUAGES = {
    "a": "American English",
    "b": "British English",
    "e": "Spanish",
    "f": "French",
    "h": "Hindi",
    "i": "Italian",
    "j": "Japanese",
    "p": "Brazilian Portuguese",
    "z": "Mandarin Chinese",
}


class Row(NamedTuple):
    """One recording, as a row of the manifest."""

    file: str
    speaker: str
    voices: str
    sex: str
    language: str
    sentence: str
    seconds: str = ""
    sha256: str = ""


def read_sentences(path: Path = SENTENCES) -> list[str]:
    """Return the sentences in a text file, which has one per line and comments after "#"."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def plan(voices: list[str], sentences: list[str]) -> list[Row]:
    """Return the rows of the manifest, without what only the recordings tell.

    Args:
        voices: The names of the voices.
        sentences: The sentences: speaker k of K says the sentences k, k + K, k + 2 K and so on.
    """
    parents = {voice: (voice,) for voice in voices if voice != WHISPERS} | BLENDS
    speakers = sorted(parents)
    rows = []
    for first, speaker in enumerate(speakers):
        names = parents[speaker]
        sex = " + ".join(dict.fromkeys(SEXES[name[1]] for name in names))
        language = " + ".join(dict.fromkeys(LANGUAGES[name[0]] for name in names))
        for number in range(first, len(sentences), len(speakers)):
            file = f"{speaker}/{number + 1:03d}.flac"
            rows.append(Row(file, speaker, " + ".join(names), sex, language, sentences[number]))
    return rows


def read_manifest(path: Path = MANIFEST) -> list[Row]:
    """Return the rows of a manifest; none if there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [Row(**fields) for fields in csv.DictReader(file)]


def write_manifest(rows: list[Row]) -> None:
    """Write the manifest of the corpus."""
    with atomic_path(MANIFEST) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows(rows)


def digest(path: Path) -> str:
    """Return the SHA-256 digest of a file, or "" if there is no such file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def make(rows: list[Row], downloads: Path) -> Iterator[Row]:
    """Speak the recordings of planned rows, and yield each row in full once its file is there."""
    voices = kokoro.read_voices(downloads)
    synthesiser = kokoro.Kokoro(downloads)
    for row in rows:
        names = row.voices.split(" + ")
        styles = [voices[name] for name in names]
        speech = synthesiser.speak(row.sentence, styles, british=names[0].startswith("b"))
        samples = resample_poly(speech, audio_file.SAMPLE_RATE, kokoro.SAMPLE_RATE)
        samples = set_level(shorten_silence(samples))
        with atomic_path(CORPUS / row.file) as part:
            audio_file.write(part, samples, format="FLAC", subtype="PCM_16")
        seconds = f"{len(samples) / audio_file.SAMPLE_RATE:.2f}"
        yield row._replace(seconds=seconds, sha256=digest(CORPUS / row.file))


def main() -> None:
    """Download the synthesiser, and speak what is not there yet."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--downloads", type=Path, default=DOWNLOADS, help="default: %(default)s")
    downloads = parser.parse_args().downloads
    with exit_on(kokoro.DownloadError, subprocess.CalledProcessError, OSError):
        kokoro.check_packages()
        kokoro.download(downloads)
        planned = plan(list(kokoro.read_voices(downloads)), read_sentences())
        order = {row.file: number for number, row in enumerate(planned)}
        kept = {
            row.file: row
            for row in read_manifest()
            if row._replace(seconds="", sha256="") in planned
            and row.sha256 == digest(CORPUS / row.file)
        }
        missing = [row for row in planned if row.file not in kept]
        made = make(missing, downloads)
        for row in progress(made, "voices", len(planned), "recording", done=len(kept)):
            kept[row.file] = row
            write_manifest(sorted(kept.values(), key=lambda row: order[row.file]))
    print_done(f"voices: {len(missing)} recordings made, {len(planned)} in all", CORPUS)


if __name__ == "__main__":
    main()
