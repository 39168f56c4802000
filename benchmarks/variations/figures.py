"""What stands in value cells: blanks, marks, remarks, units, figures that do not add up."""

from __future__ import annotations

from decimal import Decimal

from benchmarks.drafts import PROACTIVE, Draft
from benchmarks.variations.catalogue import variation
from samples.truth import BLANK_MARKS, LITIGATION, RECONSIDERATION, REQUESTS


@variation(2)
def _blanks(made: Draft) -> None:
    rng = made.rng
    tables = set(rng.sample((PROACTIVE, REQUESTS, RECONSIDERATION, LITIGATION), rng.randint(1, 4)))
    mark = rng.choice(("", "", *sorted(BLANK_MARKS)))
    share = rng.choice((0.3, 1.0, 1.0))
    for key, cell in list(made.cells.items()):
        if key[0] in tables and cell.value == "0" and rng.random() < share:
            made.put(key, mark, "")


@variation()
def _totals_only(made: Draft) -> None:
    """Only 自然人 and 总计, or only 总计, are filled."""
    kept = made.rng.choice((("natural_person", "total"), ("total",)))
    for key in list(made.cells):
        if key[0] == REQUESTS and key[2] not in kept:
            made.put(key, "")
        elif key[0] == REQUESTS and key[2] == "total" and len(kept) == 2:
            made.cells[key] = made.cells.get((REQUESTS, key[1], "natural_person"), made.cells[key])


@variation()
def _remarks(made: Draft) -> None:
    for key in made.rng.sample(sorted(made.cells), 6):
        if (value := made.cells[key].value).isdigit() and key[0] != LITIGATION:
            text = made.rng.choice(
                ("{}（其中修订16件）", "{}件", "{} 件", "{}(含去年2件)", "{}（含电子）", "（新增）{}")
            )
            made.put(key, text.format(value), value)


@variation()
def _other_digits(made: Draft) -> None:
    """Full-width digits, or separators between thousands."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    style = made.rng.choice(("wide", "comma", "wide comma"))
    for key, cell in list(made.cells.items()):
        if cell.value.isdigit():
            text = f"{int(cell.value):,}" if style != "wide" else cell.value
            made.put(
                key,
                text.translate(wide) if style == "wide" else text.replace(",", "，" if style == "wide comma" else ","),
                cell.value,
            )


@variation()
def _unit_in_cell(made: Draft) -> None:
    """The form's unit after the number, or another, which changes what it says."""
    row = "fees" if made.editions[PROACTIVE] == "2021" else "procurement"
    key = (PROACTIVE, row, "amount")
    if key not in made.cells or not made.cells[key].value:
        return
    own, other, factor = ("万元", "元", -4) if row == "fees" else ("元", "万元", 4)
    number = made.cells[key].value
    if made.rng.random() < 0.5:
        made.put(key, number + own, number)
        return
    made.put(key, number + other, format(Decimal(number).scaleb(factor).normalize(), "f"))
    made.excused.add(key)


@variation(0.5)
def _unit_in_header(made: Draft) -> None:
    """The header names another unit than the form's."""
    row = "fees" if made.editions[PROACTIVE] == "2021" else "procurement"
    key = (PROACTIVE, row, "amount")
    if key not in made.cells or not made.cells[key].value:
        return
    shift, label, text = (
        (-4, "本年收费金额（单位：万元）", made.rng.choice(("本年收费金额（单位：元）", "本年收费金额（元）")))
        if row == "fees"
        else (4, "采购总金额", made.rng.choice(("采购总金额（万元）", "采购总金额（单位：万元）")))
    )
    made.form.setdefault("labels", {})[label] = text
    made.put(key, made.cells[key].text, format(Decimal(made.cells[key].value).scaleb(shift).normalize(), "f"))
    made.excused.add(key)


@variation(1.5)
def _published_errors(made: Draft) -> None:
    keys = [key for key in made.cells if key[0] != PROACTIVE]
    for key in made.rng.sample(keys, made.rng.randint(1, 3)):
        number = int(made.cells[key].value or 0)
        other = made.rng.choice((0, number + 1, max(number - 1, 0), number * 10, int(str(number)[::-1])))
        made.put(key, str(other))
