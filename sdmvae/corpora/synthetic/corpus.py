"""The synthetic corpus: 56 eSpeak NG voices read sentences of sdmvae/grammar.py.

It is made, not downloaded, so that the whole pipeline runs anywhere. The voices are speech-like
only: no score on them says what the score on recorded speech would be.
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from sdmvae.corpora.base import Utterance, listing
from sdmvae.corpora.synthetic import grammar
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import processors

PROGRAM = Path(__file__).with_name("espeak.py")
VOLUME = 40  # at eSpeak NG's own default, 100, the loudest voices clip

# Variants of eSpeak NG that sound unlike each other and like people; each gives two speakers.
WOMEN = "Alicia Andrea Annie anika aunty belinda f1 f2 f3 f4 f5 linda shelby steph"
MEN = "Andy Denis Gene Mario Storm david edward gustave m1 m5 max michel pedro rob"


class Speaker(NamedTuple):
    """How eSpeak NG is set for one speaker."""

    voice: str
    pitch: int
    range: int
    rate: int


def _speakers() -> dict[str, Speaker]:
    speakers = {}
    for variant in WOMEN.split() + MEN.split():
        for register, pitches in (("low", range(25, 41)), ("high", range(60, 76))):
            name = f"{variant.lower()}-{register}"
            source = random.Random(f"speaker {name}")
            speakers[name] = Speaker(
                voice=f"en-us+{variant}",
                pitch=source.choice(pitches),
                range=source.randint(35, 65),
                rate=source.randint(130, 170),
            )
    return dict(sorted(speakers.items()))


SPEAKERS = _speakers()


def utterances(root: Path) -> list[Utterance]:
    """The utterances under `root`, root/<speaker>/<utterance>.wav."""
    found = [Utterance(path.parent.name, path.stem, path) for path in root.glob("*/*.wav")]
    return listing(found, "<speaker>/<utterance>.wav", root)


def sentence(speaker: str, index: int) -> str:
    """What a speaker says in one utterance, whatever the number of sentences in the corpus."""
    return grammar.sentence(random.Random(f"sentence {speaker} {index}"))


def requests(root: Path, sentences: int) -> list[dict]:
    """What sdmvae/espeak.py is asked for, one request an utterance."""
    return [
        {
            "text": sentence(name, index),
            **speaker._asdict(),
            "volume": VOLUME,
            "seed": random.Random(f"noise {name} {index}").getrandbits(31),
            "path": str(root / name / f"{index:04d}.wav"),
        }
        for index in range(sentences)
        for name, speaker in SPEAKERS.items()
    ]


def speak(wanted: list[dict], processes: int) -> None:
    """Has the requests spoken; raises RuntimeError with a line that says why it cannot be done."""
    for folder in {Path(request["path"]).parent for request in wanted}:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile("w+") as asked, tempfile.TemporaryFile("w+") as errors:
        asked.writelines(json.dumps(request) + "\n" for request in wanted)
        asked.seek(0)
        # -P: the program's own folder, full of modules of ours, is no place to import from.
        command = [sys.executable, "-P", str(PROGRAM), str(processes)]
        with subprocess.Popen(
            command, stdin=asked, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as program:
            for _ in progress(program.stdout, "split: synthesis", len(wanted), "sentence"):
                pass
        if program.returncode != 0:
            errors.seek(0)
            lines = errors.read().strip().splitlines() or [f"{PROGRAM.name} failed"]
            raise RuntimeError(lines[-1])


def synthesize(root: Path, sentences: int) -> None:
    """Fills the empty folder `root` with as many sentences by every speaker, on all cores."""
    speak(requests(root, sentences), processors())
