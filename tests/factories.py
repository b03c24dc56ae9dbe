"""Rows for tests. Each factory makes the least that is allowed; a test says only what matters to it."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import uuid4

from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from clinic.hours import Schedule
from clinic.models import (
    Alert,
    CallStep,
    Clinic,
    HelpLine,
    Location,
    OpeningHours,
    Page,
    PageText,
    Photo,
    ReferralContact,
    Signpost,
)
from intake.models import ConsultationRequest
from programs.models import (
    ComparisonAnswer,
    ComparisonPoint,
    Criterion,
    GroupType,
    GuideAnswer,
    GuideQuestion,
    LevelOfCare,
    Opening,
    Program,
    ProgramPoint,
    ProgramSection,
    ProgramService,
    Question,
    ScheduleSlot,
    SearchAlias,
    Service,
    SpecialtyGroup,
    SpecialtyGroupTime,
    SupportGroup,
    Topic,
    Track,
)

number = count(1)


def location(**given):
    return Location.objects.create(
        **{"name": "Main office", "street": "1 Test Street", "city": "Testing", "state": "ME", "postal_code": "00000"}
        | given
    )


def clinic(**given):
    """The clinic with what every page needs: hours, help lines and page headings."""
    values = {
        "name": "Test Clinic",
        "short_name": "Test",
        "headline": "Help.",
        "headline_end": "Every day.",
        "lead": "A lead.",
        "description": "A description.",
        "phone": "+12075550100",
        "phone_answered_by": "a coordinator",
        "after_hours": "A recording names the help lines.",
        "time_zone": "America/New_York",
        "reply_hours": 4,
        "license_line": "License 1",
        "privacy_line": "Private.",
        "exit_name": "a weather page",
        "exit_url": "https://www.weather.gov/",
    } | given
    if "main_location" not in values:
        values["main_location"] = location()
    made = Clinic.objects.create(pk=1, **values)
    for weekday in range(7):
        OpeningHours.objects.create(weekday=weekday, opens=time(8), closes=time(20))
    for page in PageText.Page:
        PageText.objects.create(page=page, title=page.label, text="Lead.", description="Description.")
    help_line()
    return made


def photo(**given):
    """As pages see one whose files are made; there are none."""
    values = {"key": f"{next(number):032x}", "width": 1200, "height": 900, "alt": "A quiet room"}
    return Photo.objects.create(**values | {"built_at": timezone.now()} | given)


def help_line(**given):
    values = {"name": "Line", "when_to_use": "Any time.", "call_number": "988", "hours": "Always"} | given
    return HelpLine.objects.create(**{"checked_on": date(2026, 11, 20)} | values)


def alert(**given):
    values = {
        "body": "No groups.",
        "starts_at": datetime(2026, 1, 1, tzinfo=UTC),
        "ends_at": datetime(9999, 1, 1, tzinfo=UTC),
    }
    return Alert.objects.create(**values | given)


def signpost(**given):
    return Signpost.objects.create(**{"title": "I need help", "text": "Programs", "path": "/programs/"} | given)


def call_step(**given):
    return CallStep.objects.create(**{"title": "A person answers", "text": "They listen."} | given)


def referral_contact(**given):
    values = {
        "name": f"Place {next(number)}",
        "offers": "A bed for a few days.",
        "good_when": "You need a bed.",
        "phone": "+12075550160",
    }
    return ReferralContact.objects.create(**values | given)


def level(**given):
    values = {"name": f"Level {next(number)}", "slug": f"level-{next(number)}", "summary": "A level."}
    return LevelOfCare.objects.create(**values | given)


def program(**given):
    n = next(number)
    values = {
        "slug": f"program-{n}",
        "title": f"Program {n}",
        "short_name": f"P{n}",
        "summary": "A summary.",
        "lead": "A lead.",
        "for_substance_use": True,
        "lives_at": Program.LivesAt.HOME,
        "is_published": True,
    } | given
    if "level" not in values:
        values["level"] = level()
    return Program.objects.create(**values)


def track(program, **given):
    values = {
        "name": "Morning track",
        "part_of_day": Track.PartOfDay.MORNING,
        "days_min": 3,
        "days_max": 5,
        "session_minutes": 180,
        "weeks_min": 8,
        "weeks_typical": 12,
    } | given
    return Track.objects.create(program=program, **values)


def slot(track, weekday, starts=time(9), **given):
    return ScheduleSlot.objects.create(track=track, weekday=weekday, starts=starts, **given)


def full_track(program, **given):
    """Three fixed mornings and two by choice."""
    made = track(program, **given)
    for weekday in range(5):
        slot(made, weekday, by_choice=weekday in (1, 3))
    return made


def opening(track, **given):
    return Opening.objects.create(track=track, **{"state": Opening.State.OPEN, "checked_at": timezone.now()} | given)


def criterion(program, **given):
    return Criterion.objects.create(
        program=program, **{"kind": Criterion.Kind.FITS, "text": "You have a home."} | given
    )


def question(**given):
    n = next(number)
    values = {"slug": f"question-{n}", "subject": Question.Subject.CARE, "question": f"Question {n}?", "answer": "Yes."}
    return Question.objects.create(**values | given)


def page(**given):
    n = next(number)
    values = {
        "slug": f"page-{n}",
        "title": f"Page {n}",
        "short_title": f"Page {n}",
        "lead": "A lead.",
        "description": "A description.",
        "body": "## Part\n\nWords.",
        "is_published": True,
    }
    return Page.objects.create(**values | given)


def guide_question(**given):
    n = next(number)
    values = {"slug": f"question-{n}", "question": f"Question {n}?", "why": "It helps to know."}
    return GuideQuestion.objects.create(**values | given)


def guide_answer(question, *criteria, **given):
    """An answer that makes these criteria true."""
    n = next(number)
    made = GuideAnswer.objects.create(question=question, **{"slug": f"answer-{n}", "text": f"Answer {n}"} | given)
    for line in criteria:
        line.said_by.add(made)
    return made


def search_alias(typed, finds):
    return SearchAlias.objects.create(typed=typed, finds=finds)


def specialty_group(**given):
    n = next(number)
    values = {
        "slug": f"group-{n}",
        "name": f"Group {n}",
        "kind": SpecialtyGroup.Kind.THEME,
        "drawing": SpecialtyGroup.Drawing.BOWL,
        "summary": "A group.",
        "lead": "A lead.",
        "body": "A body.",
        "for_whom": "Anyone.",
        "led_by": "a counselor",
        "is_published": True,
    } | given
    made = SpecialtyGroup.objects.create(**values)
    SpecialtyGroupTime.objects.create(group=made, weekday=1, starts=time(17), minutes=60)
    return made


def support_group(**given):
    values = {
        "name": "Meeting",
        "kind": SupportGroup.Kind.SECULAR,
        "text": "A meeting.",
        "audience": "Anyone",
        "weekday": 2,
        "starts": time(19),
        "place": "Community room",
    }
    return SupportGroup.objects.create(**values | given)


def program_with_everything(**given):
    """A published program with a row in every list its page can show."""
    made = program(**given)
    full_track(made)
    n = next(number)
    made.topics.add(Topic.objects.create(name=f"Topic {n}"))
    made.group_types.add(GroupType.objects.create(name=f"Kind {n}", text="A kind."))
    made.questions.add(question(on_home_page=True))
    specialty_group().programs.add(made)
    criterion(made)
    criterion(made, kind=Criterion.Kind.OTHER_LEVEL, suggests=program(), text="You need more support.")
    criterion(made, kind=Criterion.Kind.CRISIS, text="You are in danger.")
    service = Service.objects.create(name=f"Service {n}", kind=Service.Kind.THERAPY, text="A service.")
    ProgramService.objects.create(program=made, service=service, availability="included")
    ProgramSection.objects.create(program=made, heading="What is it?", body="A body.")
    for kind in ProgramPoint.Kind:
        ProgramPoint.objects.create(program=made, kind=kind, text="A point.")
    point = ComparisonPoint.objects.create(name=f"Point {n}")
    ComparisonAnswer.objects.create(program=made, point=point, text="An answer.")
    return made


def consultation_request(**given):
    """Of somebody who may be called."""
    values = {
        "form_token": uuid4(),
        "asking_for": "self",
        "name": "Sam",
        "phone": "207 555 0188",
        "may_call": True,
        "consent_wording": "Call me",
        "reply_by": timezone.now() + timedelta(hours=4),
    }
    return ConsultationRequest.objects.create(**values | given)


def colleague(name="desk", *, rights=(), roles=(), **given):
    """One of the staff, with these permissions by their codenames and these roles."""
    made = User.objects.create_user(name, **{"is_staff": True} | given)
    made.user_permissions.set([Permission.objects.get(codename=right) for right in rights])
    made.groups.set([Group.objects.get(name=role) for role in roles])
    return made


def every_day(opens=time(8), closes=time(20)):
    """Staffed hours, the same on each day of the week."""
    return Schedule(weekly={day: [(opens, closes)] for day in range(7)}, dates={})
