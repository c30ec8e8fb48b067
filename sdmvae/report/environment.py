"""How templates of pages are rendered: every name that they use must be given."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def make_environment(folder: Path, *, is_html: bool) -> Environment:
    """Return the environment of the templates in a folder.

    Args:
        folder: The folder.
        is_html: Whether texts are escaped for HTML. Other pages keep the newline at their end.
    """
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=not is_html,
    )
