"""The HTML page that DVC fills with its plots; it needs no network."""

from string import Template

import vl_convert

from sdmvae.figures.html import escape_script

# DVC puts its plots at {plot_divs}. If the page had a place {scripts}, DVC would put scripts there
# that the browser fetches from the network.
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
<h1>All cells of this run, as DVC plots</h1>
<p>A cell is a variant at one latent dimension m. A revision is a branch or a commit; DVC calls the
files as they are now "workspace". When several revisions are compared, the first one has solid
lines and filled points, and the others have dashed lines and hollow or paler points. A grey line
joins the points of the same cell.</p>
<p>The validation bound (ELBO) leaves out the penalties that some models add to their loss, so it
can be compared between models. The training loss includes them. The weights of a cell are those of
the epoch with the lowest validation loss.</p>
<p>Point at a line or a point to read the name of its cell. Click a line to highlight its cell.
Scroll and drag to zoom, and double-click to reset. The spectrograms show the first test utterance,
at most its first $seconds seconds.</p>
</header>
<main>
{plot_divs}
</main>
</body>
</html>
""")


def render_page(seconds: int) -> str:
    """Return the page, with Vega, Vega-Lite and Vega-Embed inside and a place for DVC's plots.

    Args:
        seconds: The length at which spectrograms are cut; the page states it.
    """
    script = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return PAGE.substitute(script=escape_script(f"(() => {{{script}}})();"), seconds=seconds)
