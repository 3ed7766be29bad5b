"""The whole of it: with the real plan and the demonstration of every app, each measure shows itself at work.

It needs every app that the plan's file names: until one of them offers its figures, the test is passed over.
"""

from __future__ import annotations

import importlib

import pytest
import yaml
from django.apps import apps
from django.test import Client
from django.utils.module_loading import module_has_submodule

from complaints import sealing
from measures.indicators import indicators
from measures.ties import PLAN_FILE
from organization.portal_data import demonstrations, install_cast, installers


def named() -> set[str]:
    """Every figure that the plan's file names."""
    plan = yaml.safe_load(PLAN_FILE.read_text(encoding="utf-8"))
    return {key for area in plan["areas"] for measure in area["measures"] for key in measure["indicators"]}


@pytest.fixture
def portal(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal as `set_up_portal --demo` fills it, with locks that are quickly made."""
    weak = sealing.Strength(passes=1, memory=1)
    monkeypatch.setattr(sealing, "CODE", weak)
    monkeypatch.setattr(sealing, "VAULT", weak)
    missing = sorted(key for key in named() if indicators.get(key) is None)
    if missing:
        pytest.skip(f"not offered yet: {', '.join(missing)}")
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "portal_data"):
            importlib.import_module(f"{config.name}.portal_data")
    for install in installers:
        install()
    install_cast("a password of the tests")
    for demonstrate in demonstrations:
        demonstrate()


def test_every_measure_shows_a_figure_in_every_quarter_of_its_schedule(portal: None) -> None:
    client = Client()
    report = client.get("/measures/2567/report.json").json()
    measures = [measure for area in report["areas"] for measure in area["measures"]]
    assert len(measures) == 12
    silent, addresses = [], set()
    for measure in measures:
        for entry in measure["progress"]:
            known = [figure for figure in entry["indicators"] if figure["value"] is not None]
            addresses |= {figure["url"] for figure in known}
            if not known:
                silent.append((measure["text"][:40], entry["quarter"], [one["key"] for one in entry["indicators"]]))
    assert not silent
    assert sum(len(measure["progress"]) for measure in measures) == sum(len(m["quarters"]) for m in measures)
    paths = sorted({address.removeprefix("http://testserver").partition("#")[0] for address in addresses})
    wrong = {path: code for path in paths if (code := client.get(path).status_code) != 200}
    assert not wrong
