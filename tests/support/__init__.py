"""What tests share: places, a small project to run the pipeline in, and made-up results."""

from pathlib import Path

PROJECT = Path(__file__).parents[2]
# Recorded speech, where there is any beside the project.
LIBRISPEECH = PROJECT.parent / "shared" / "corpora" / "LibriSpeech"
