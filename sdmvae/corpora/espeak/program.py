"""A program that speaks sentences with eSpeak NG and writes WAV files.

eSpeak NG is licensed under GPLv3, so nothing else in the project loads it. The rest of the project
starts this program and reads the WAV files that it writes. The requests come on stdin, one JSON
object per line::

    {"text": "...", "voice": "en+f2", "pitch": 50, "range": 50, "rate": 160, "volume": 40,
     "seed": 1, "path": "out.wav"}

`voice` is a language, or a language and a variant. `rate` is in words per minute; the other
settings go from 0 to 100. Beside ``out.wav`` the program writes ``out.phones``, with one line for
each phone: where it begins, in seconds, and its name. The first argument of the program is the
number of processes. As soon as a file is complete its path is printed on stdout. If something
fails, the last line of stderr says what, and the exit status is 1.

The library keeps state between two utterances (random numbers, flutter, memories of filters). So
each request is spoken by a new child process with seeded generators: the bytes of a file depend on
its request alone, and not on the order of the requests or on the number of processes.
"""

import ctypes
import itertools
import json
import os
import sys
import wave
from pathlib import Path
from typing import Any

try:
    import espeakng_loader
except ImportError:
    sys.exit("the corpus espeak needs eSpeak NG, which is not installed: run: make espeak")

# These constants are those of speak_lib.h.
SYNCHRONOUS = 2  # espeak_Synth returns after the callback has received all samples.
UTF8 = 1
PHONEME_EVENTS = 1
LAST_EVENT, PHONEME = 0, 7
PARAMETERS = {"rate": 1, "volume": 2, "pitch": 3, "range": 4}


class Identity(ctypes.Union):
    """What an event is about; the phone of a phoneme event is in `string`."""

    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    )


class Event(ctypes.Structure):
    """An event of the synthesis, espeak_EVENT; `sample` is its place in the speech."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", Identity),
    )


CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event)
)

Request = dict[str, Any]


def load() -> tuple[ctypes.CDLL, int]:
    """Return the library, ready to speak, and the sampling rate of its voices in Hz.

    Raises:
        RuntimeError: The library does not start.
    """
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, data, PHONEME_EVENTS)
    if rate <= 0:
        raise RuntimeError("eSpeak NG does not start")
    return library, rate


def check_voice(library: ctypes.CDLL, voice: str) -> None:
    """Check that eSpeak NG has a voice. The library itself ignores an unknown variant.

    Raises:
        ValueError: There is no such language or no such variant.
    """
    language, plus, variant = voice.partition("+")
    variants = Path(espeakng_loader.get_data_path(), "voices", "!v")
    if plus and variant not in {file.name for file in variants.iterdir()}:
        raise ValueError(f"eSpeak NG has no voice variant {variant!r}")
    if library.espeak_SetVoiceByName(language.encode()) != 0:
        raise ValueError(f"eSpeak NG has no voice {language!r}")


def speak(library: ctypes.CDLL, rate: int, request: Request) -> None:
    """Write the WAV file and the phones of one request.

    Args:
        library: The library, which must not have spoken before.
        rate: The sampling rate in Hz.
        request: What to speak.

    Raises:
        ValueError: eSpeak NG refuses the voice.
        RuntimeError: eSpeak NG does not speak the text.
    """
    samples = bytearray()
    phones: list[str] = []

    def collect(block: Any, count: int, events: Any) -> int:
        if block:
            samples.extend(ctypes.string_at(block, 2 * count))
        for event in itertools.takewhile(lambda each: each.type != LAST_EVENT, events or ()):
            if event.type == PHONEME and event.id.string:
                phones.append(f"{event.sample / rate:.4f} {event.id.string.decode()}\n")
        return 0

    callback = CALLBACK(collect)  # The library does not keep it alive.
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(request["voice"].encode()) != 0:
        raise ValueError(f"eSpeak NG refuses the voice {request['voice']!r}")
    for name, number in PARAMETERS.items():
        library.espeak_SetParameter(number, request[name], 0)
    library.espeak_ng_SetRandSeed(ctypes.c_long(request["seed"]))
    ctypes.CDLL(None).srand(ctypes.c_uint(request["seed"]))  # The klatt 6 voices call rand().
    text = request["text"].encode() + b"\0"
    size = ctypes.c_size_t(len(text))
    if library.espeak_Synth(text, size, 0, 0, 0, UTF8, None, None) != 0 or not samples:
        raise RuntimeError(f"eSpeak NG does not speak {request['text']!r}")

    path = Path(request["path"])
    unfinished = path.with_name(path.name + ".unfinished")
    with unfinished.open("wb") as stream, wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    unfinished.replace(path)
    path.with_suffix(".phones").write_text("".join(phones), encoding="utf-8")


def start(library: ctypes.CDLL, rate: int, request: Request) -> int:
    """Speak a request in a child process; return the process id of the child."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        speak(library, rate, request)
        status = 0
    except Exception as error:
        print(f"{request['path']}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)  # The child must not flush or close the files of its parent.


def main() -> None:
    """Speak the requests on stdin, as many at a time as the first argument says."""
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    requests = [json.loads(line) for line in sys.stdin]
    library, rate = load()
    try:
        for voice in sorted({request["voice"] for request in requests}):
            check_voice(library, voice)
    except ValueError as error:
        sys.exit(str(error))

    running: dict[int, str] = {}
    failed = False
    requests.reverse()
    while running or (requests and not failed):
        while requests and not failed and len(running) < processes:
            request = requests.pop()
            running[start(library, rate, request)] = request["path"]
        child, status = os.wait()
        path = running.pop(child)
        if status == 0:
            print(path, flush=True)
        else:
            failed = True
            if os.WIFSIGNALED(status):  # The child has reported any other failure itself.
                print(f"{path}: killed by signal {os.WTERMSIG(status)}", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
