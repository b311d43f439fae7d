"""Contract: the lists of the command line begin with the names of their columns."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.store import Store


@pytest.fixture
def run(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command on the store; gives the fields of each line it said."""
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CALLCENTER_DATABASE_URL", store.url.render_as_string(hide_password=False))
    (tmp_path / "var").mkdir()

    def said(*words: str) -> list[list[str]]:
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.exception
        return [line.split("\t") for line in result.output.splitlines()]

    return said


def test_each_list_has_a_head_and_rows_as_wide(run) -> None:
    run("seats", "create", "seat-01")
    run("agents", "register", "li", "--queue", "12345")
    for name, first in (("seats", "seat"), ("agents", "agent"), ("queues", "queue")):
        head, *rows = run(name, "list")
        assert head[0] == first
        assert rows
        assert {len(row) for row in rows} == {len(head)}


def test_an_agent_is_called_by_the_name_where_no_other_is_given_or_known(run) -> None:
    run("agents", "register", "li", "--queue", "12345")
    assert run("agents", "list")[1][:2] == ["li", "li"]
    run("agents", "register", "li", "--display-name", "李芳", "--queue", "12345")
    run("agents", "register", "li", "--queue", "12345", "--queue", "110")
    row = run("agents", "list")[1]
    assert (row[:2], row[-1]) == (["li", "李芳"], "12345,110")
