"""What every chart of the report has to be."""

import json

import vl_convert


def check_charts(charts, cells):
    """Check that charts compile, load nothing, and show all cells of the m in their name.

    Args:
        charts: The specifications by name.
        cells: The cells of the run.
    """
    for name, chart in charts.items():
        assert "http" not in json.dumps(chart, allow_nan=False).replace(chart["$schema"], "")
        vl_convert.vegalite_to_vega(chart)
        assert {row["cell"] for row in chart["data"]["values"]} == {
            cell["cell"] for cell in cells if name.endswith(f"-{cell['m']}")
        }
