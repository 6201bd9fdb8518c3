"""From rows to medians, goals, tables, plots and back from the file."""

import json

import numpy as np
import pytest
from PIL import Image

from diffh2o_ros.evaluation.charts import draw_charts
from diffh2o_ros.evaluation.judging import Row
from diffh2o_ros.evaluation.report import EvaluationReport
from diffh2o_ros.evaluation.rows import RowFile, RowFileError
from diffh2o_ros.evaluation.spread import Spread, measure_spread, save_hand_paths
from diffh2o_ros.evaluation.summary import STRICT, Figure, Measure, grouped, select, stages

ABOUT = {"version": "1", "steps": 2}


def test_medians_have_quantiles_and_shares_have_none():
    figure = Figure.median(np.arange(11.0))
    assert (figure.value, figure.low, figure.high, figure.count) == (5, 1, 9, 11)
    assert Figure.rate([1.0, 0.0, 1.0, 1.0]) == Figure(0.75, None, None, 4)
    assert Figure.median([]) is None and Figure.rate([]) is None


def test_goals_are_bounds_on_either_side():
    figure = Figure.median([2.0])
    assert Measure("a", "a", goal=2).met(figure)
    assert not Measure("a", "a", goal=1.9).met(figure)
    assert Measure("a", "a", goal=2, at_most=False).met(figure)
    assert Measure("a", "a").met(figure) is None


def test_rows_are_selected_and_grouped(rows):
    made = rows()
    assert len(select(made, True)) == len(select(made, False)) == 8
    assert len(select(made, True, "full")) == 1  # the other was refused
    groups = grouped(select(made, True), lambda row: row.case.mesh)
    assert {name: len(group) for name, group in groups.items()} == {"a": 4, "b": 4}
    assert STRICT[0].over(select(made, True)).value == pytest.approx(1.5)
    spent = stages(select(made, True))
    assert list(spent)[-1] == "total" and spent["total"].value == pytest.approx(3.5)


@pytest.fixture
def report(rows):
    spreads = {r: Spread({"lift": 0.08}, {"lift": 0.1}, (0.8,), 0.2, 0.25) for r in (True, False)}
    return EvaluationReport({**ABOUT, "settings": {"a": 1}}, rows(), spreads, ["metrics.png"])


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_goal_table(report):
    lines = [cells(line) for line in report.goals().splitlines()]
    assert lines[0][:4] == ["metric", "figure, with refinement", "goal", "met"]
    by_name = {line[0]: line for line in lines[2:]}
    assert by_name["penetration"][1:5] == [
        "1.5 mm (1.0 to 2.0)",
        "<= 2.5 mm",
        "yes",
        "15.0 mm (10.0 to 20.0)",
    ]
    assert by_name["task success"][1:4] == ["1.000 of 8", ">= 0.9", "yes"]
    assert by_name["hand choice from text"][1:4] == ["0.500 of 8", ">= 0.95", "**no**"]
    assert by_name["grasp error"][1:4] == ["0.0150 m (0.0150 to 0.0150)", "<= 0.02 m", "yes"]
    assert by_name["hand choice under guidance"][1] == "1.000 of 1"
    assert by_name["sample diversity, against the data's"][1:4] == [
        "0.80 (0.80 to 0.80)",
        ">= 0.7",
        "yes",
    ]


def test_markdown_holds_every_section(report):
    text = report.markdown()
    for title in (
        "Goals",
        "Paper-compatible protocol",
        "By task, with refinement",
        "Recognition",
        "By mesh, with refinement",
        "Target grasps",
        "Diversity",
        "Time",
    ):
        assert f"\n## {title}\n" in text
    assert "## Errors" not in text and "settings" not in text
    assert "16 free runs and 2 guided by a target grasp, 1 of them answered as incomp" in text
    assert "| pass      | lift 4        |" in text  # asked for, recognized as
    assert "![metrics](metrics.png)" in text


def test_errors_are_listed_and_counted(report, rows):
    made = rows()
    made[0] = Row(made[0].case, error="the mesh is empty")
    failed = EvaluationReport(ABOUT, made, report.spreads)
    assert len(failed.failures) == 1
    assert f"- {made[0].case.name}: the mesh is empty" in failed.markdown()
    assert "1 runs failed" in failed.markdown()


def test_without_guided_runs_and_verdicts_there_are_no_such_sections(rows):
    plain = [row for row in rows() if row.case.grasp is None and not row.case.refined]
    for row in plain:
        del row.figures["recognition"]
    text = EvaluationReport(ABOUT, plain, {False: Spread()}).markdown()
    assert "Target grasps" not in text and "Recognition" not in text and "Diversity" not in text
    assert "figure, without refinement" in text


def test_json_holds_everything(report, tmp_path):
    report.save(tmp_path)
    content = json.loads((tmp_path / "report.json").read_text())
    assert content["about"]["settings"] == {"a": 1}
    assert [Row.from_dict(row) for row in content["rows"]] == list(report.rows)
    penetration = content["summary"]["with refinement"]["by mesh"]["a"]["penetration_mm"]
    assert penetration["value"] == pytest.approx(1.5) and penetration["count"] == 4
    goals = {goal["metric"]: goal["met"] for goal in content["goals"]}
    assert goals["penetration"] is True and goals["hand choice from text"] is False
    assert (tmp_path / "report.md").read_text() == report.markdown()


def test_plots_are_pictures(rows, tmp_path):
    names = draw_charts(rows(), tmp_path)
    assert names == ["metrics.png", "verdicts.png", "time.png", "targets.png"]
    for name in names:
        with Image.open(tmp_path / name) as picture:
            assert picture.width > 500 and len(picture.convert("L").getcolors()) > 20
    assert draw_charts([], tmp_path) == []


def test_figures_that_are_all_zero_are_drawn(rows, tmp_path):
    made = rows()
    for row in made:
        row.figures = dict.fromkeys(row.figures, 0.0)
    assert "metrics.png" in draw_charts(made, tmp_path)


def test_a_run_is_gone_on_with(rows, tmp_path):
    file = tmp_path / "out" / "rows.jsonl"
    first = RowFile(file, ABOUT, resume=False)
    made = rows()
    for row in made[:3]:
        first.append(row)
    with open(file, "a") as stream:
        stream.write('{"case": {"me')  # killed while writing
    second = RowFile(file, ABOUT, resume=True)
    assert second.rows == made[:3]
    second.append(made[3])
    assert RowFile(file, ABOUT, resume=True).rows == made[:4]


def test_rows_of_other_circumstances_are_not_added_to(tmp_path):
    file = tmp_path / "rows.jsonl"
    RowFile(file, ABOUT, resume=False)
    with pytest.raises(RowFileError, match="go on with --resume"):
        RowFile(file, ABOUT, resume=False)
    with pytest.raises(RowFileError, match="begun with steps 2, not 3"):
        RowFile(file, {**ABOUT, "steps": 3}, resume=True)
    file.write_text("nothing\n")
    with pytest.raises(RowFileError, match="holds no rows"):
        RowFile(file, ABOUT, resume=True)


def test_spread_between_seeds_is_held_against_the_datas(rows, tmp_path, simple_interaction):
    made = [row for row in rows() if row.case.grasp is None]
    path = np.zeros((4, 3))
    for row in made:
        away = {"lift": 0.05, "pass": 0.3}[row.case.action] * row.case.seed
        save_hand_paths(tmp_path, row.case, simple_interaction(path, path + np.array([away, 0, 0])))
    data = {"sample": {"lift": 0.1}, "overall": 0.25}
    spread = measure_spread(tmp_path, made, True, data)
    assert spread.within == pytest.approx({"lift": 0.05, "pass": 0.3}, abs=1e-6)
    assert spread.ratios == pytest.approx((0.5, 0.5), abs=1e-5)  # of the action the data knows
    assert 0 < spread.overall < 0.3 and spread.data_overall == 0.25
    alone = [row for row in made if row.case.seed == 0]
    assert measure_spread(tmp_path, alone, True, data).ratios == ()
