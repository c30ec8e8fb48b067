"""The corpus espeak: 56 voices of eSpeak NG read sentences of grammar.py.

The speech is made when it is needed, as much of it as corpus.utterances says. The voices only
resemble speech: a score on them does not predict the score on recorded speech.
"""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, final

from sdmvae.corpora.base import (
    Phone,
    Sex,
    SynthesisedCorpus,
    SynthesisError,
    Utterance,
    sort_utterances,
)
from sdmvae.corpora.espeak import grammar
from sdmvae.runtime.progress import progress
from sdmvae.runtime.workers import processors

PROGRAM = Path(__file__).with_name("program.py")
MOST = 1000  # Among so many sentences of each speaker, no two are the same.
VOLUME = 40  # With the default of eSpeak NG, 100, the loudest voices clip.

# These variants of eSpeak NG sound like people and unlike one another; each gives two speakers.
WOMEN = "Alicia Andrea Annie anika aunty belinda f1 f2 f3 f4 f5 linda shelby steph"
MEN = "Andy Denis Gene Mario Storm david edward gustave m1 m5 max michel pedro rob"

PAUSE, STRESS = "_", "',%="  # in the names of eSpeak NG's phones

Request = dict[str, str | int]


class Speaker(NamedTuple):
    """The settings of eSpeak NG for one speaker.

    Attributes:
        voice: A language and a variant, such as ``en-us+f1``.
        pitch: The pitch, 0 to 100.
        range: How far the pitch varies, 0 to 100.
        rate: The speed, in words per minute.
    """

    voice: str
    pitch: int
    range: int
    rate: int


def _choose_speakers() -> dict[str, Speaker]:
    speakers = {}
    for variant in WOMEN.split() + MEN.split():
        for register, pitches in (("low", range(25, 41)), ("high", range(60, 76))):
            name = f"{variant.lower()}-{register}"
            generator = random.Random(f"speaker {name}")
            speakers[name] = Speaker(
                voice=f"en-us+{variant}",
                pitch=generator.choice(pitches),
                range=generator.randint(35, 65),
                rate=generator.randint(130, 170),
            )
    return dict(sorted(speakers.items()))


SPEAKERS = _choose_speakers()


@final
class Espeak(SynthesisedCorpus):
    """Synthetic speech of 56 speakers, laid out as ``<root>/<speaker>/<utterance>.wav``."""

    synthesiser = "eSpeak NG"
    suffixes = (".wav",)

    def utterances(self, root: Path) -> list[Utterance]:
        """Return the utterances that `synthesise` wrote. See `Corpus.utterances`."""
        utterances = [Utterance(path.parent.name, path.stem, path) for path in root.glob("*/*.wav")]
        return sort_utterances(utterances, "<speaker>/<utterance>.wav", root)

    def synthesise(self, root: Path, utterances: int | None) -> None:
        """Let every speaker say so many sentences. See `SynthesisedCorpus.synthesise`."""
        if utterances is None or utterances > MOST:
            raise SynthesisError(
                f"params.yaml: corpus.utterances: {utterances}: give the number of sentences that "
                f"each speaker of the corpus espeak says, 1 to {MOST}"
            )
        speak(make_requests(root, utterances), processors())

    def sex(self, speaker: str) -> Sex:
        """Return the sex that the voice of a speaker resembles. See `Corpus.sex`."""
        return "female" if speaker.rpartition("-")[0] in WOMEN.lower().split() else "male"

    def phones(self, recording: Path) -> list[Phone]:
        """Return the phones that eSpeak NG has spoken. See `Corpus.phones`.

        The names are those of eSpeak NG without marks of stress, such as ``aI``. Every pause is
        named ``_``.
        """
        phones = [Phone(0.0, PAUSE)]
        for line in recording.with_suffix(".phones").read_text(encoding="utf-8").splitlines():
            start, _, name = line.partition(" ")
            phones.append(Phone(float(start), PAUSE if name[0] == PAUSE else name.strip(STRESS)))
        return phones


def make_sentence(speaker: str, index: int) -> str:
    """Return the text of one utterance, which does not depend on the size of the corpus.

    Args:
        speaker: The name of the speaker, a key of `SPEAKERS`.
        index: The number of the utterance among those of the speaker, from 0.
    """
    return grammar.make_sentence(random.Random(f"sentence {speaker} {index}"))


def make_requests(root: Path, sentences: int) -> list[Request]:
    """Return what program.py is asked to speak, one request for each utterance.

    Args:
        root: The folder to write the speech to.
        sentences: How many sentences each speaker says.
    """
    return [
        {
            "text": make_sentence(name, index),
            **speaker._asdict(),
            "volume": VOLUME,
            "seed": random.Random(f"noise {name} {index}").getrandbits(31),
            "path": str(root / name / f"{index:04d}.wav"),
        }
        for index in range(sentences)
        for name, speaker in SPEAKERS.items()
    ]


def speak(requests: Sequence[Request], processes: int) -> None:
    """Write the WAV file of each request, by the program program.py.

    Args:
        requests: What to speak, in the form that program.py describes.
        processes: How many utterances are spoken at the same time.

    Raises:
        SynthesisError: The program failed; the message is its last line.
    """
    for folder in {Path(str(request["path"])).parent for request in requests}:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile("w+") as lines, tempfile.TemporaryFile("w+") as errors:
        lines.writelines(json.dumps(request) + "\n" for request in requests)
        lines.seek(0)
        # With -P Python imports nothing from the folder of the program, which holds our modules.
        command = [sys.executable, "-P", str(PROGRAM), str(processes)]
        with subprocess.Popen(
            command, stdin=lines, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as program:
            for _ in progress(program.stdout, "split: synthesis", len(requests), "sentence"):
                pass
        if program.returncode != 0:
            errors.seek(0)
            messages = errors.read().strip().splitlines() or [f"{PROGRAM.name} failed"]
            raise SynthesisError(messages[-1])
