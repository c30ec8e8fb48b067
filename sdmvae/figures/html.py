"""Text that is put inside an HTML page."""

import re


def escape_script(text: str) -> str:
    """Return JavaScript that is safe inside a ``<script>`` element.

    An HTML parser ends the element at the first ``</script``, even inside a string. The "<" of
    ``</script`` and ``<!--`` is replaced by the escape ``\\x3c``, which JavaScript reads as "<".
    """
    return re.sub(r"<(/script|!--)", r"\\x3c\1", text, flags=re.IGNORECASE)
