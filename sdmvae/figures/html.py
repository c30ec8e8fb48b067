"""What stands inside a page of HTML."""

import re


def escape_script(text: str) -> str:
    """JavaScript that an HTML parser does not end early, wherever the words are in a string."""
    return re.sub(r"<(/script|!--)", r"\\x3c\1", text, flags=re.IGNORECASE)
