"""The page that DVC fills with its plots, which needs no network."""

from string import Template

import vl_convert

from sdmvae.figures.html import escape_script

# DVC puts its plots at {plot_divs}. Without {scripts} it adds no script of its own, for those
# would come from the network.
PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>sdmvae: DVC plots</title>
<script>$script</script>
<style>
body { font: 16px/1.45 system-ui, sans-serif; color: #222; margin: 1.5rem; }
h1 { font-size: 1.4rem; margin: 0; }
header p { max-width: 60rem; margin: 0.6rem 0 1.2rem; }
main { display: flex; flex-wrap: wrap; gap: 1.2rem; }
main > div { max-width: 100%; overflow-x: auto; border: 0 !important; }
main img { display: block; max-width: 100%; height: auto; }
main p { margin: 0.2rem; font-size: 0.8rem; }
</style>
</head>
<body>
<header>
<h1>The cells of this run, drawn by DVC</h1>
<p>A cell is a variant at one latent dimension m. A branch is the revision a cell is of; DVC calls
the files as they are now the workspace. Where branches are compared, the first has full lines and
filled points, the others have dashed lines and hollow or paler points, and a grey line joins the
points of a cell.</p>
<p>Point at a line or a point to read which cell it is. Click a line to see its cell alone. Scroll
and drag to zoom, double-click to go back. Spectrograms are of the first test utterance, of its
first $seconds seconds at most.</p>
</header>
<main>
{plot_divs}
</main>
</body>
</html>
""")


def page(seconds: int) -> str:
    """HTML with Vega, Vega-Lite and Vega-Embed within it, and a place for DVC's plots.

    It tells that spectrograms are of `seconds` at most.
    """
    script = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return PAGE.substitute(script=escape_script(f"(() => {{{script}}})();"), seconds=seconds)
