"""Help for tests that run the `main` of a stage in a folder of their own."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.support.small_project import PARAMETERS

# The parameters of the small project, with the corpus in the folder itself, and with a model that
# has a dictionary.
PARAMS = PARAMETERS.read_text(encoding="utf-8").replace("../a corpus", "a corpus") + (
    "  sdm-eye:\n    model: sdm\n    dictionary: identity\n"
)


def refusal(stage: ModuleType) -> str:
    """Return the one line with which a stage refuses its input. Its exit status is 1."""
    with pytest.raises(SystemExit) as caught:
        stage.main()
    message = caught.value.code
    assert isinstance(message, str), f"exit status {message!r} instead of a message"
    assert message.startswith("error: ") and "\n" not in message, message
    return message


def tree(folder: Path) -> set[str]:
    """Return the paths of everything below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
