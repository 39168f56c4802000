"""What the narrative of a report says of the numbers in its tables: a second witness, above all where no sum is one."""

from extract.narrative.passages import Passage, passages_of, passages_on, table_boxes
from extract.narrative.witnesses import Questions, questions, witnessed

__all__ = ["Passage", "Questions", "passages_of", "passages_on", "questions", "table_boxes", "witnessed"]
