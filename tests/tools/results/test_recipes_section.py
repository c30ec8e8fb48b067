"""What the page says of two recipes; test_compare.py has what needs runs."""

from tools.results import recipes_section


def test_dimensions_in_use_are_said_of_each_vae_that_both_recipes_have():
    def cell(name, dims, arguments):
        scores = {"dims_in_use": {"mean": dims}}
        return {"cell": name, "model": "vae", "arguments": arguments, "scores": scores}

    ours = [cell("vae-m32", 32, {}), cell("vae-m64", 43.16, {}), cell("vae-b4", 25, {"beta": 4})]
    theirs = [cell("vae-m64", 27.5, {}), cell("vae-b4", 2, {"beta": 4})]
    assert recipes_section.describe_dims_in_use(ours, theirs) == (
        "`vae-m64` uses 43.2 dimensions with the default recipe and 27.5 with the authors'."
    )
    assert recipes_section.describe_dims_in_use(ours, []) == ""
