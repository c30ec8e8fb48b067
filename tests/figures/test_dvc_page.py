import re
from html.parser import HTMLParser

import pytest
from dvc_render.html import HTML

from sdmvae.figures import dvc_page

pytestmark = pytest.mark.slow


class Sources(HTMLParser):
    """The tags of a page, and the addresses that they fetch."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.fetched = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.fetched += [value for name, value in attributes if name in ("src", "href")]


def test_dvc_fills_the_page_and_the_page_fetches_nothing():
    document = HTML(dvc_page.render_page(5))
    document.with_scripts('<script src="https://example.org/vega.js"></script>')
    document.with_element('<div id="one"></div>')
    html = document.embed()
    found = Sources(html)
    assert found.fetched == []
    assert found.tags.count("script") == 1
    assert '<div id="one"></div>' in html and "{plot_divs}" not in html


def test_the_page_states_how_long_spectrograms_are():
    text = re.sub(r"<script>.*?</script>", "", dvc_page.render_page(7), flags=re.DOTALL)
    assert "first 7 seconds" in " ".join(text.split())
    assert "$" not in text


def test_the_page_is_always_the_same():
    assert dvc_page.render_page(5) == dvc_page.render_page(5)
