"""The whole text of a report, and not only its tables: what its pages say line by line, and section by section.

`lines` reads pages (those that are images by PP-OCR, whole), `sections` finds the form's sections in them, `files`
writes report.txt and sections.json, and `searchable` lays the text of scanned pages invisibly over a PDF of them.
"""

from extract.fulltext.files import write_sections, write_text
from extract.fulltext.lines import PageText, TextLine, read
from extract.fulltext.searchable import write_searchable
from extract.fulltext.sections import Section, narrative, sections
from extract.fulltext.whole import Whole

__all__ = [
    "PageText",
    "Section",
    "TextLine",
    "Whole",
    "narrative",
    "read",
    "sections",
    "write_searchable",
    "write_sections",
    "write_text",
]
