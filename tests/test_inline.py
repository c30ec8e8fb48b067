from sdmvae.inline import inside_script


def test_a_script_does_not_end_early():
    made = inside_script('a = "</script><!--</SCRIPT>"; b = /<\\/g/')
    assert "</script" not in made.lower() and "<!--" not in made
    assert made.endswith("b = /<\\/g/")
