from sdmvae.figures.html import escape_script


def test_a_script_does_not_end_early():
    made = escape_script('a = "</script><!--</SCRIPT>"; b = /<\\/g/')
    assert "</script" not in made.lower() and "<!--" not in made
    assert made.endswith("b = /<\\/g/")
