"""The page of one request and what happens there at one press. Nothing a person wrote is changed here; what happens to
a request is workflow's."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import get_text_list
from django.views.decorators.http import require_POST

from clinic.phone import dialable
from intake import audit, contact_rules, elsewhere, permissions, search_keys, workflow
from intake.admin import timeline, turn, words
from intake.admin.export import CONTACT, Exports
from intake.admin.guard import guarded
from intake.admin.move_pages import read_up_to
from intake.admin.moves import Moves
from intake.admin.queue import of_one
from intake.admin.reach import SHOWN, shown_fields
from intake.models import AccessRecord, CaseEntry, ConsultationRequest
from intake.models.request import is_asked
from intake.workflow import may

Kind, State = CaseEntry.Kind, ConsultationRequest.State
NO_MESSAGE = "No message may be left, so “I left a message” is not offered."


def may_erase(stored, user):
    return may(Kind.WITHDRAWN, stored, user) and user.has_perm(permissions.ERASE)


def has_a_calendar_file(stored, user):
    return stored.consultation_at is not None and not stored.is_off


def print_label(fields):
    """ "Print sheet, with the number": what stands on the paper is said before it is made."""
    named = get_text_list([CONTACT[field] for field in fields], "and")
    return f"Print sheet, with the {named.lower()}" if named else "Print sheet"


def references(requests):
    """ "ACE-347-XYW, CDF-347-XYW and FHJ-347-XYW", or ""."""
    return get_text_list([stored.reference for stored in requests], "and")


def meetings(requests):
    """Which consultations to come go with these: "ACE-347-XYW, 3 pm tomorrow, by phone", or ""."""
    now = timezone.now()
    return "; ".join(f"{stored}, {workflow.meets(stored, now)}" for stored in requests if stored.is_to_meet(now))


# (end of the name of its address, words, when it is offered)
MORE_ACTIONS = [
    ("answer", "Answer on the private page", partial(may, Kind.ANSWERED)),
    ("note", "Write a note", partial(may, Kind.NOTED)),
    ("plan", "Plan the next call", partial(may, Kind.PLANNED)),
    ("book", "Book a consultation", partial(may, Kind.BOOKED)),
    ("call_off", "Call off the consultation", partial(may, Kind.CALLED_OFF)),
    ("estimate", "Say that the estimate was given", partial(may, Kind.ESTIMATE)),
    ("hand_over", "Hand over to a colleague", partial(may, Kind.HANDED)),
    ("link", "Link another request of this person", partial(may, Kind.LINKED)),
    ("pause", "Pause", partial(may, Kind.PAUSED)),
    ("resume", "Take up again", partial(may, Kind.RESUMED)),
    ("close", "Close", partial(may, Kind.CLOSED)),
    ("reopen", "Open again", partial(may, Kind.REOPENED)),
    ("consultation_ics", "Calendar file of the consultation", has_a_calendar_file),
    ("erase", "Erase, because the person asked for it", may_erase),
]


def offered(stored, user):
    for name, label, is_offered in MORE_ACTIONS:
        if is_offered(stored, user):
            url = reverse(f"admin:intake_consultationrequest_{name}", args=[stored.pk])
            yield f"{url}?seen={stored.last_entry or 0}", label


@admin.register(ConsultationRequest)
class ConsultationRequestAdmin(Moves, Exports):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        views = {
            "reveal": self.reveal,
            "claim": self.claim,
            "let_go": self.let_go,
            "reached": self.reached,
            "wrote": self.wrote,
            "no_answer": self.no_answer,
            "left_message": self.left_message,
            "wrong_number": self.wrong_number,
            "right_number": self.right_number,
            "our_turn": self.our_turn,
            "stop": self.stop,
        }
        return [*self.addresses(of_one(views)), *super().get_urls()]

    # Django's own addresses

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return guarded(self, self.look)(request, object_id=unquote(object_id))

    def delete_view(self, request, object_id, extra_context=None):
        return guarded(self, super().delete_view)(request, object_id=object_id)

    def history_view(self, request, object_id, extra_context=None):
        return guarded(self, self.history)(request, object_id=object_id)

    def history(self, request, object_id):  # Django's page: its title is the reference
        stored = self.get_object(request, unquote(object_id))
        if stored and self.has_view_permission(request):
            audit.record(AccessRecord.Kind.VIEW, by=request.user, request=stored)
        return super().history_view(request, object_id)

    # The page

    def look(self, request, object_id):
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return self.sheet(request, object_id)

    def sheet(self, request, object_id, *, revealed="", read_before=None):
        """`revealed` is "phone" or "email", `read_before` the last entry on the page that this one takes the place
        of."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        stored = self.whole(request, object_id)
        # Before the page, and by whatever address it was asked for: what cannot be recorded is not shown.
        kind = AccessRecord.Kind.REVEAL if revealed else AccessRecord.Kind.VIEW
        audit.record(kind, by=request.user, request=stored)
        past = timeline.of(
            stored, user=request.user, sees_words=permissions.may_see_words(request.user), read_up_to=read_before
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": stored.reference,
            "stored": stored,
            "may_answer": permissions.may_work(request.user),
            **self.state_of(request, stored),
            "may_print": self.may_print(request) and stored.state != State.WITHDRAWN,
            "print_label": print_label(shown_fields(stored, request.user)),
            "timeline": past,
            "has_news": any(item.is_new for _, items in past for item in items),
            "last_entry": stored.last_entry or 0,
        }
        if permissions.may_see_words(request.user):
            context |= self.words_of(request, stored, revealed)
        if permissions.may_work(request.user):
            context |= self.presses_for(request, stored)
        return TemplateResponse(request, "admin/request_change_form.html", context)

    def whole(self, request, object_id):
        """With all that the list leaves out, if this colleague may read it."""
        # In one query with the rest: what comes a moment later is not on the page, and must not count as read.
        newest = CaseEntry.objects.filter(request=OuterRef("pk")).order_by("-pk").values("pk")[:1]
        requests = self.get_queryset(request).annotate(last_entry=Subquery(newest), is_asked=is_asked())
        if permissions.may_see_words(request.user):
            requests = requests.defer(None)
        try:
            return requests.select_related("program", "owner", "closed_by").get(pk=object_id)
        except (ConsultationRequest.DoesNotExist, ValueError):
            raise Http404 from None

    def state_of(self, request, stored):
        """States and times, which say nothing of the person."""
        now = timezone.now()
        return {
            "turn": turn.whose_turn(stored, now),
            "next_step": workflow.next_step(stored, now, is_asked=bool(stored.is_asked)),
            "due": turn.due(stored, now),
            "put_off": turn.put_off(stored, now),
            "call": turn.call(stored, request.clinic),
            "meeting": turn.meeting(stored, now),
            "received": words.moment(stored.received_at),
            "whose": turn.whose(stored, request.user, now),
            "handed": turn.handed(stored, request.user, now),
            "has_it": words.has_it(stored, request.user, now),
            "estimate": turn.estimate(stored, request.clinic),
            "consultation": words.moment(stored.consultation_at) if stored.consultation_at else "",
            "is_off": stored.is_off and stored.is_to_meet(now),
            "alternatives": list(stored.alternatives.all()),
            "linked": list(stored.same_person.only("reference")),
        }

    def words_of(self, request, stored, revealed):
        """What the person told us, their rules first; how to reach them only when it was asked for."""
        clinic, user = request.clinic, request.user
        linked = stored.same_person.values("pk")
        hidden = {field: contact_rules.why_not_shown(stored, field) for field in SHOWN}
        hour, is_no_hour = contact_rules.hour_there(stored, clinic)
        return {
            "sees_words": True,
            "elsewhere": elsewhere.stopped(stored) + elsewhere.stricter(stored),
            "rules": contact_rules.call_sheet(stored),
            "question": workflow.question_that_waits(stored),
            "before": contact_rules.before_you_call(stored, clinic),
            "hour": hour,
            "is_no_hour": is_no_hour,
            "is_called": stored.can_be_called and stored.state not in contact_rules.SILENT,
            "script": contact_rules.script(
                stored, clinic, user.first_name or "(your first name)", elsewhere.strictest(stored)
            ),
            "may_reveal": permissions.may_reveal(user),
            "can_show": [(field, SHOWN[field]) for field in shown_fields(stored, user)],
            "is_taken": workflow.is_taken_by_another(stored, user) and not all(hidden.values()),
            "why_hidden": list(dict.fromkeys(filter(None, hidden.values()))),
            "revealed": revealed,
            "number_or_email": getattr(stored, revealed) if revealed else "",
            "dial": dialable(stored.phone) if revealed == "phone" else "",
            "agreed": words.moment(stored.consented_at),
            "told": contact_rules.what_they_told_us(stored),
            "duplicates": list(search_keys.likely_duplicates(stored).exclude(pk__in=linked).only("reference")),
        }

    def presses_for(self, request, stored):
        user = request.user
        calls = may(Kind.NO_ANSWER, stored, user)
        takes_messages = elsewhere.takes_messages(stored)
        attempts = [
            ("reached", "I spoke with them", may(Kind.REACHED, stored, user)),
            ("wrote", "I wrote to them", may(Kind.WROTE, stored, user)),
            ("no_answer", "Nobody answered", calls),
            ("left_message", "I left a message", calls and takes_messages),
            ("wrong_number", "Wrong number", may(Kind.WRONG, stored, user)),
            ("right_number", "The number is right after all", may(Kind.RIGHT, stored, user)),
            ("our_turn", "It is our turn after all", may(Kind.OUR_TURN, stored, user)),
        ]
        return {
            "attempts": [(name, label) for name, label, is_offered in attempts if is_offered],
            "no_message": "" if takes_messages or not calls else NO_MESSAGE,
            "may_leave_answer": may(Kind.ANSWERED, stored, user),
            "may_claim": may(Kind.CLAIMED, stored, user),
            "may_link": may(Kind.LINKED, stored, user),
            "may_stop": may(Kind.STOPPED, stored, user) and not stored.stopped_at,
            "stops_too": references(along := workflow.stop_along(stored)),
            "meetings_off": meetings([stored, *along]),
            "actions": list(offered(stored, user)),
        }

    # One press

    def one_press(self, request, object_id, change, done):
        """`change` is a function of workflow. When nothing could be changed, the page says what is new on it."""
        stored = self.stored_for(request, object_id)
        seen = read_up_to(request)
        if self.happens(request, stored, partial(change, stored, by=request.user, read_up_to=seen), done):
            return self.page_of(stored)
        return self.sheet(request, object_id, read_before=seen)

    def attempt(self, request, object_id, change, what, **options):
        """Logged, with what comes next in words."""
        stored = self.stored_for(request, object_id)
        seen, was_held = read_up_to(request), stored.held_because
        press = partial(change, stored, by=request.user, read_up_to=seen, **options)
        if self.happens(request, stored, press, undone=f"Not logged: {what}."):
            logged = self.with_the_list(f"Logged: {what}. {turn.next_step(stored)}", was_held, stored)
            self.message_user(request, logged, messages.SUCCESS)
            return self.page_of(stored)
        return self.sheet(request, object_id, read_before=seen)

    @method_decorator(require_POST)
    def reached(self, request, object_id):
        return self.attempt(request, object_id, workflow.mark_reached, "you spoke with them")

    @method_decorator(require_POST)
    def wrote(self, request, object_id):
        return self.attempt(request, object_id, workflow.mark_written, "you wrote to them")

    @method_decorator(require_POST)
    def no_answer(self, request, object_id):
        return self.attempt(request, object_id, workflow.mark_missed, "nobody answered", clinic=request.clinic)

    @method_decorator(require_POST)
    def left_message(self, request, object_id):
        options = {"clinic": request.clinic, "left_message": True}
        return self.attempt(request, object_id, workflow.mark_missed, "you left a message", **options)

    @method_decorator(require_POST)
    def wrong_number(self, request, object_id):
        return self.attempt(request, object_id, workflow.mark_wrong_number, "wrong number", clinic=request.clinic)

    @method_decorator(require_POST)
    def right_number(self, request, object_id):
        return self.attempt(request, object_id, workflow.mark_right_number, "the number is right after all")

    @method_decorator(require_POST)
    def our_turn(self, request, object_id):
        said = "it is our turn after all"
        return self.attempt(request, object_id, workflow.mark_our_turn, said, clinic=request.clinic)

    @method_decorator(require_POST)
    def stop(self, request, object_id):
        stored = self.stored_for(request, object_id)
        along = workflow.stop_along(stored)
        too, off = references(along), meetings([stored, *along])
        also = f", and so {'are' if ' and ' in too else 'is'} {too}" if too else ""
        done = f"is closed{also}. Nothing goes out to them any more."
        if off:
            done += f" Called off: {off}. Tell whoever was to meet them."

        def change(stored, **named):
            audit.record_each(AccessRecord.Kind.CHANGE, along, by=request.user)
            workflow.stop(stored, **named)

        return self.one_press(request, object_id, change, done)

    @method_decorator(require_POST)
    def claim(self, request, object_id):
        return self.one_press(request, object_id, workflow.claim, "is yours now.")

    @method_decorator(require_POST)
    def let_go(self, request, object_id):
        return self.one_press(request, object_id, workflow.let_go, "is the team’s again.")

    @method_decorator(require_POST)
    def reveal(self, request, object_id):
        """The number or the email, on this one page."""
        if not (self.has_view_permission(request) and permissions.may_reveal(request.user)):
            raise PermissionDenied
        field = request.POST.get("field")
        if field not in SHOWN:
            raise Http404
        stored = self.whole(request, object_id)
        if field not in shown_fields(stored, request.user):
            self.message_user(request, f"{stored} changed a moment ago. Look at it again.", messages.WARNING)
            return self.sheet(request, object_id)
        return self.sheet(request, object_id, revealed=field)
