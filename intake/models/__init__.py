"""What people tell us, what happened to it, and who looked."""

from intake.models.access import AccessRecord
from intake.models.desk import MessageTemplate, ReminderChoice, SavedView
from intake.models.entry import CaseEntry
from intake.models.notice import Notice
from intake.models.request import REFERENCE_ALPHABET, REFERENCE_SHAPE, ConsultationRequest, new_reference
from intake.models.search_key import SearchKey
from intake.models.tally import Tally

__all__ = [
    "REFERENCE_ALPHABET",
    "REFERENCE_SHAPE",
    "AccessRecord",
    "CaseEntry",
    "ConsultationRequest",
    "MessageTemplate",
    "Notice",
    "ReminderChoice",
    "SavedView",
    "SearchKey",
    "Tally",
    "new_reference",
]
