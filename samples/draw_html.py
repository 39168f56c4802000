"""HTML and CSS of a printed document, and two engines that print it: WeasyPrint and Chromium."""

from __future__ import annotations

import html
import subprocess
import tempfile
from pathlib import Path

from samples.look import Look, font_file
from samples.printed import Heading, PageBreak, Paragraph, PrintedCell, PrintedDocument, PrintedTable, Title

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
)


def weasyprint(document: PrintedDocument, look: Look) -> bytes:
    """The document as WeasyPrint prints it."""
    import weasyprint

    return bytes(weasyprint.HTML(string=page_source(document, look)).write_pdf())


def chromium(document: PrintedDocument, look: Look) -> bytes:
    """The document as Chromium's print-to-PDF prints it."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page_source(document, look), encoding="utf-8")
        command = ["chromium", *CHROMIUM_FLAGS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}"]
        subprocess.run([*command, source.as_uri()], check=True, capture_output=True, timeout=120)
        return target.read_bytes()


def page_source(document: PrintedDocument, look: Look) -> str:
    """The document as one HTML page with its style sheet."""
    for family in filter(None, (look.font, look.digits)):
        font_file(family)
    body = []
    sideways = False
    for item in document.items:
        match item:
            case Title(text):
                body.append(f"<h1>{_text(text)}</h1>")
            case Heading(text):
                body.append(f"<h2>{_text(text)}</h2>")
            case Paragraph(text, right):
                body.append(f'<p class="right">{_text(text)}</p>' if right else f"<p>{_text(text)}</p>")
            case PageBreak(landscape):
                if landscape != sideways:
                    body.append('<div class="sideways">' if landscape else "</div>")
                    sideways = landscape
                else:
                    body.append('<div class="break"></div>')
            case PrintedTable():
                body.append(_table(item, look))
    if sideways:
        body.append("</div>")
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{_text(document.title)}</title>'
        f'<meta name="author" content="{_text(document.author)}"><style>{_style(look)}</style></head>'
        f"<body>{''.join(body)}</body></html>"
    )


def _text(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _table(table: PrintedTable, look: Look) -> str:
    total = sum(table.widths)
    columns = "".join(f'<col style="width:{100 * width / total:.3f}%">' for width in table.widths)
    rows = [
        "".join(
            _cell(cell, open_below=table.open and cell.bottom == table.rows)
            for cell in sorted(table.cells, key=lambda cell: cell.column)
            if cell.row == row
        )
        for row in range(table.rows)
    ]
    head = table.header_rows if look.repeat_header else 0
    source = "".join(f"<tr>{row}</tr>" for row in rows[:head])
    source = f"<thead>{source}</thead>" if head else ""
    source += f"<tbody>{''.join(f'<tr>{row}</tr>' for row in rows[head:])}</tbody>"
    return f'<table class="{table.name}"><colgroup>{columns}</colgroup>{source}</table>'


def _cell(cell: PrintedCell, *, open_below: bool) -> str:
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    spans += ' style="border-bottom: hidden"' if open_below else ""
    return f'<td class="{cell.kind}"{spans}>{_text(cell.text)}</td>'


def _style(look: Look) -> str:
    fonts = ", ".join(f'"{family}"' for family in (look.digits, look.font) if family)
    width, height = look.page
    numbers = '@bottom-center { content: "— " counter(page) " —"; font-size: 9pt }' if look.page_numbers else ""
    return f"""
@page {{ size: {width}pt {height}pt; margin: {look.margin}pt; {numbers} }}
@page sideways {{ size: {height}pt {width}pt }}
body {{ font: {look.size}pt/1.6 {fonts}; margin: 0 }}
h1 {{ font-size: {look.size * 1.5}pt; text-align: center; font-weight: normal }}
h2 {{ font-size: {look.size * 1.1}pt; font-weight: normal; break-after: avoid }}
p {{ text-indent: 2em; margin: .3em 0; text-align: justify }}
p.right {{ text-align: right }}
.break {{ break-before: page }}
.sideways {{ page: sideways; break-before: page; break-after: page }}
table {{ width: 100%; table-layout: fixed; margin: {look.table_gap / 2}pt 0; font-size: {look.table_size}pt;
  line-height: 1.3; {_table_rules(look)} }}
td:not([rowspan]) {{ break-inside: avoid }}
td {{ padding: {look.padding / 2}pt {look.padding}pt; text-align: center; overflow-wrap: anywhere;
  {_cell_rules(look)} }}
.requests td.stub {{ text-align: left }}
{f"td.value {{ text-align: {look.align} }}" if look.align != "center" else ""}
{"tr:nth-child(even) td { background: #f2f2f2 }" if look.rules == "bands" else ""}
.title, .corner, .header {{ {f"background: {look.shade}" if look.shade else ""} }}
"""


def _table_rules(look: Look) -> str:
    if look.rules == "fills":
        return f"border-collapse: separate; border-spacing: {look.rule_width}pt"
    return "border-collapse: collapse"


def _cell_rules(look: Look) -> str:
    match look.rules:
        case "lines":
            return f"border: {look.rule_width}pt solid #000"
        case "dotted":
            return f"border: {look.rule_width}pt dotted #000"
        case "horizontal":
            return f"border: solid #000; border-width: {look.rule_width}pt 0"
        case "double":
            return f"border: {3 * look.rule_width}pt double #000"
        case "fills":
            return "background: #f2f2f2"
        case "bands" | "none":
            return "border: 0"
    raise ValueError(f"the HTML back end has no rules {look.rules!r}")
