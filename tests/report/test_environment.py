"""How templates are rendered."""

import pytest
from jinja2 import UndefinedError

from sdmvae.report.environment import make_environment


@pytest.mark.parametrize(("is_html", "text"), [(True, "a &lt; b"), (False, "a < b\n")])
def test_only_html_is_escaped_and_only_other_pages_keep_their_last_newline(tmp_path, is_html, text):
    (tmp_path / "page").write_text("  {% if true %}\n{{ value }}{% endif %}\n\n")
    template = make_environment(tmp_path, is_html=is_html).get_template("page")
    assert template.render(value="a < b") == text


def test_a_name_that_is_not_given_is_refused(tmp_path):
    (tmp_path / "page").write_text("{{ lacking }}")
    with pytest.raises(UndefinedError):
        make_environment(tmp_path, is_html=False).get_template("page").render()
