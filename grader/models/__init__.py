from grader.models.appending import AppendOnly, RowIsFrozen
from grader.models.audit import AuditEvent
from grader.models.credential import Credential
from grader.models.job import JobRow
from grader.models.node import Node
from grader.models.response import Diagnosis, ModelAnswers, Response, latest
from grader.models.result import Regrading, Result, that_count
from grader.models.seal import Seal
from grader.models.simulation import Simulation
from grader.models.standing import Standing
from grader.models.submission import Grading, Submission

__all__ = [
    "AppendOnly",
    "AuditEvent",
    "Credential",
    "Diagnosis",
    "Grading",
    "JobRow",
    "ModelAnswers",
    "Node",
    "Regrading",
    "Response",
    "Result",
    "RowIsFrozen",
    "Seal",
    "Simulation",
    "Standing",
    "Submission",
    "latest",
    "that_count",
]
