"""What a client says about its cluster."""

import pytest

from sdmvae.runtime.cluster.connection import describe_dashboard, say_once


class Scheduler:
    """The part of a client of Dask that is needed, with the metadata of a scheduler."""

    dashboard_link = "http://host:8787/status"

    def __init__(self, *, has_bokeh: bool = True) -> None:
        self.has_bokeh, self.metadata = has_bokeh, {}

    def run_on_scheduler(self, function, expression):
        found = function(expression.replace("'bokeh'", "'json'"))
        assert found is True
        return found and self.has_bokeh

    def get_metadata(self, keys, default):
        return tuple(self.metadata.get(str(keys), default))

    def set_metadata(self, keys, value):
        self.metadata[str(keys)] = value


@pytest.mark.parametrize(
    ("has_bokeh", "line"),
    [(True, "cluster: the dashboard of Dask is at http://host:8787/status"), (False, "")],
)
def test_the_dashboard_is_described_only_if_there_is_one(has_bokeh, line):
    assert describe_dashboard(Scheduler(has_bokeh=has_bokeh)) == line


def test_a_line_is_said_once_in_a_run(capsys, monkeypatch):
    scheduler = Scheduler()
    monkeypatch.setenv("SDMVAE_RUN", "first")
    for _ in range(2):
        say_once(scheduler, "a line")
        say_once(scheduler, "a line", "another")
    assert capsys.readouterr().err == "a line\nanother\n"
    monkeypatch.setenv("SDMVAE_RUN", "second")
    say_once(scheduler, "a line")
    assert capsys.readouterr().err == "a line\n"
