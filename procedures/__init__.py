"""The knowledge base of administrative procedures: load, validate, resolve by date, answer.

Pure: imports nothing else of this project, reads no clock and no environment.
"""

from procedures.answer import Answer, Button, Question, answer
from procedures.model import QUESTIONS, Catalog, Procedure
from procedures.problems import Problem

__all__ = ["QUESTIONS", "Answer", "Button", "Catalog", "Problem", "Procedure", "Question", "answer"]
