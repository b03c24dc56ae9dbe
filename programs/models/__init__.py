"""What care we offer: programs, their hours and words, and the groups beside them."""

from programs.models.groups import SpecialtyGroup, SpecialtyGroupTime, SupportGroup
from programs.models.guide import FirstHelp, GuideAnswer, GuideQuestion
from programs.models.program import ComparisonAnswer, Criterion, Program, ProgramPoint, ProgramSection, ProgramService
from programs.models.shared import (
    ComparisonPoint,
    GroupType,
    LevelOfCare,
    Question,
    SearchAlias,
    Service,
    SessionOutline,
    SessionPart,
    Topic,
)
from programs.models.track import Opening, ScheduleSlot, Track

__all__ = [
    "ComparisonAnswer",
    "ComparisonPoint",
    "Criterion",
    "FirstHelp",
    "GroupType",
    "GuideAnswer",
    "GuideQuestion",
    "LevelOfCare",
    "Opening",
    "Program",
    "ProgramPoint",
    "ProgramSection",
    "ProgramService",
    "Question",
    "ScheduleSlot",
    "SearchAlias",
    "Service",
    "SessionOutline",
    "SessionPart",
    "SpecialtyGroup",
    "SpecialtyGroupTime",
    "SupportGroup",
    "Topic",
    "Track",
]
