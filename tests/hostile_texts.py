"""Texts that would act in a page if it let them, and a report that says them wherever a document can."""

from __future__ import annotations

from dataclasses import replace

from reports import BALANCE, RECEIVED, report

from extract.model import Claim, Issuer, Repair, Report, Status

HOSTILE = [
    "<script>document.title='owned'</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "{label} {0.__class__}",
    "javascript:alert(1)",
    "<!--", "-->", "]]>", "&lt;b&gt;", "</bdi></td></table>",
]  # fmt: skip  # fmt: skip


def hostile(text: str) -> Report:
    """A report that says the text wherever a document can have its say."""
    grid_texts = {RECEIVED: text}
    one = report(
        texts=grid_texts,
        changes={
            RECEIVED: {
                "status": Status.SUSPECT,
                "value": None,
                "text": text,
                "reasons": (text, f"the table is printed again on page 2, and says {text!r} there"),
                "alternatives": ((text, 0.4),),
                "row_label": text,
                "column_label": text,
            },
            RECEIVED._replace(row="carried_in"): {
                "status": Status.REPAIRED,
                "text": text,
                "repair": Repair(text, 0.3, (("balance", "total"),)),
            },
        },
        path=f"reports/{text.replace('/', '_')}.pdf",
        warnings=(text,),
        identities=(replace(BALANCE, evidence=text, located=(RECEIVED,)),),
        issuer=Issuer(
            agency=text, agency_from="title", conflicts=(text,), claims=(Claim("year", text, "title", text),)
        ),
    )
    tables = {
        name: replace(
            table,
            grids=tuple(
                replace(grid, cells=tuple(replace(c, reading=replace(c.reading, text=text)) for c in grid.cells))
                for grid in table.grids
            ),
        )
        for name, table in one.tables.items()
    }
    return replace(one, tables=tables)
