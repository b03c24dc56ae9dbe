"""What colleagues do with a request: one short page for each move."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from intake import appointment, audit, contact_rules, permissions, search_keys, workflow
from intake.admin import turn
from intake.admin.move_forms import (
    AnswerForm,
    BookForm,
    CallOffForm,
    CloseForm,
    HandOverForm,
    LinkForm,
    MoveForm,
    NoteForm,
    PlanForm,
    why_no_call,
)
from intake.admin.move_pages import MovePages, read_up_to, sent
from intake.admin.queue import of_one
from intake.admin.words import called, moment
from intake.encryption import CannotDecrypt
from intake.models import AccessRecord, CaseEntry, ConsultationRequest

Kind, State = CaseEntry.Kind, ConsultationRequest.State
TALK = (Kind.ASKED, Kind.ANSWERED)


def off_then(stored):
    return ["The consultation is then off. Tell whoever was to meet them."] * stored.is_to_meet(timezone.now())


class Moves(MovePages):
    def get_urls(self):
        views = {
            "answer": self.answer,
            "note": self.note,
            "hand_over": self.hand_over,
            "plan": self.plan,
            "book": self.book,
            "call_off": self.call_off,
            "link": self.link,
            "unlink": self.unlink,
            "estimate": self.mark_estimate,
            "close": self.close,
            "reopen": self.reopen,
            "pause": self.pause,
            "resume": self.resume,
            "release": self.release,
            "erase": self.erase,
            "consultation_ics": self.consultation_ics,
        }
        return [*self.addresses(of_one(views)), *super().get_urls()]

    def answer(self, request, object_id):
        stored = self.stored_for(request, object_id)
        if not permissions.may_see_words(request.user):
            raise PermissionDenied  # nobody answers what they may not read
        talk = [entry for entry in stored.entries.all() if entry.kind in TALK and entry.text]
        page = {
            "title": "Answer on the private page",
            "press": "Put it on the private page",
            "template": "admin/move_answer.html",
            "talk": [(moment(entry.at), entry) for entry in talk],
            "says": ["The person reads it when they open their private page. Nothing is mailed to them."],
        }
        if stored.state == State.PAUSED:
            page["says"].append("It is paused, and stays so.")
        if "use" in request.POST:
            form, notes = AnswerForm(request.POST).with_words(stored, request.clinic)
            return self.show(request, stored, kind=Kind.ANSWERED, form=form, notes=notes, **page)
        form = AnswerForm(sent(request))
        return self.step(
            request,
            stored,
            Kind.ANSWERED,
            form,
            lambda: workflow.answer(stored, form.cleaned_data["text"], by=request.user, read_up_to=read_up_to(request)),
            done="has your answer on its private page.",
            **page,
        )

    def note(self, request, object_id):
        stored = self.stored_for(request, object_id)
        form = NoteForm(sent(request))
        return self.step(
            request,
            stored,
            Kind.NOTED,
            form,
            lambda: workflow.note(stored, form.cleaned_data["text"], by=request.user, read_up_to=read_up_to(request)),
            done="has your note.",
            title="Note for colleagues",
            press="Keep the note",
            says=[
                "It stands in the history for colleagues. The person never sees it.",
                "Write what helps the next call. Leave out guesses about health.",
            ],
        )

    def hand_over(self, request, object_id):
        stored = self.stored_for(request, object_id)
        form = HandOverForm(sent(request), by=request.user)

        def change():
            to, text = form.cleaned_data["to"], form.cleaned_data["text"]
            workflow.hand_over(stored, by=request.user, to=to, text=text, read_up_to=read_up_to(request))

        return self.step(
            request,
            stored,
            Kind.HANDED,
            form,
            change,
            done=lambda: f"is handed over to {called(form.cleaned_data['to'])}.",
            title="Hand over",
            press="Hand it over",
            says=["The colleague you choose has it from now on. When it is due stays as it is."],
        )

    def plan(self, request, object_id):
        stored, clinic = self.stored_for(request, object_id), request.clinic
        form = PlanForm(sent(request), clinic=clinic, zone=stored.zone(clinic))
        says = ["The next call is due by the end of this half hour. The person sees it on their private page."]
        if promised := turn.promise(stored, timezone.now(), later="a call after that is later"):
            says.append(promised)
        if stored.call_at:
            says.append(f"Planned until now: {contact_rules.slot_words(stored, clinic)}.")
        if stored.safe_times and permissions.may_see_words(request.user):
            says.append(f"Safe times, in their words: {stored.safe_times}")
        why = why_no_call(stored)
        return self.step(
            request,
            stored,
            Kind.PLANNED,
            form,
            lambda: workflow.plan_call(
                stored, form.moment(), by=request.user, clinic=clinic, read_up_to=read_up_to(request)
            ),
            done=lambda: " ".join(["has its next call planned.", turn.next_step(stored), form.closed_then()]).strip(),
            title="Plan the next call",
            press="Plan the call",
            says=says + form.when_we_are_open() + form.where_the_person_is(),
            cannot=f"{why} Write to them, or answer on their private page." if why else "",
        )

    def book(self, request, object_id):
        stored, clinic = self.stored_for(request, object_id), request.clinic
        form = BookForm(sent(request), clinic=clinic, zone=stored.zone(clinic), stored=stored)
        says = ["The person sees when and how on their private page, with a calendar file that says “Appointment”."]
        if stored.consultation_at:
            says.append(f"Booked until now: {contact_rules.consultation_words(stored, clinic)}. This replaces it.")
        return self.step(
            request,
            stored,
            Kind.BOOKED,
            form,
            lambda: workflow.book(
                stored,
                form.moment(),
                form.cleaned_data["way"],
                by=request.user,
                clinic=clinic,
                read_up_to=read_up_to(request),
            ),
            done=lambda: (
                f"has its consultation booked: {workflow.meets(stored, timezone.now())}. {form.closed_then()}".strip()
            ),
            title="Book a consultation",
            press="Book it",
            says=says + form.when_we_are_open() + form.where_the_person_is(),
        )

    def call_off(self, request, object_id):
        stored, clinic = self.stored_for(request, object_id), request.clinic
        form = CallOffForm(sent(request))
        says, cannot = [], "No consultation is to come."
        if workflow.can_happen(Kind.CALLED_OFF, stored):
            says, cannot = [f"Booked: {contact_rules.consultation_words(stored, clinic)}."], ""
            says.append("The person reads on their private page that the time is off and that we will be in touch.")
            says.append("Nothing is mailed to them. If it is soon, tell them yourself, as their rules allow.")
        return self.step(
            request,
            stored,
            Kind.CALLED_OFF,
            form,
            lambda: workflow.call_off(
                stored, by=request.user, clinic=clinic, text=form.cleaned_data["text"], read_up_to=read_up_to(request)
            ),
            done=lambda: f"has its consultation called off. {turn.next_step(stored)}",
            title="Call off the consultation",
            press="Call it off",
            says=says,
            cannot=cannot,
        )

    @method_decorator(require_safe)
    def consultation_ics(self, request, object_id):
        """For the colleague's own calendar, which says no more than the person's."""
        stored = self.stored_for(request, object_id)
        if stored.consultation_at is None or stored.is_off:
            raise Http404
        audit.record(AccessRecord.Kind.VIEW, by=request.user, request=stored)
        return appointment.response(stored)

    def link(self, request, object_id):
        stored = self.stored_for(request, object_id)
        form = LinkForm(sent(request), stored=stored)

        def change():
            audit.record(AccessRecord.Kind.CHANGE, by=request.user, request=form.other)
            workflow.link(stored, form.other, by=request.user)

        linked = stored.same_person.only("reference", "state", "received_at")
        sees_words = permissions.may_see_words(request.user)
        # That two share a number is something they told us.
        likely = search_keys.likely_duplicates(stored) if sees_words else ConsultationRequest.objects.none()
        likely = likely.only("reference", "state", "received_at").exclude(pk__in=linked)
        page = {
            "title": "Link to another request",
            "press": "Look at it first",
            "template": "admin/move_link.html",
            "linked": linked,
            "likely": likely,
            "sees_words": sees_words,
            "says": [
                "Both requests then show each other to colleagues. Nothing is merged, and neither person is told.",
                "When both are answered under one of them, close the other.",
            ],
        }
        if form.is_valid():
            page |= {"press": f"Link {form.other}", **self.other_of(request, stored, form.other, sees_words)}
            if request.POST.get("sure") != form.other.reference:
                return self.show(request, stored, kind=Kind.LINKED, form=form, **page)
        return self.step(
            request,
            stored,
            Kind.LINKED,
            form,
            change,
            done=lambda: f"is linked with {form.other}.",
            **page,
        )

    def other_of(self, request, stored, other, sees_words):
        """What to look at before two are linked."""
        audit.record(AccessRecord.Kind.VIEW, by=request.user, request=other)
        if not sees_words:
            return {"other": other}
        same = search_keys.with_the_same_contact(stored).filter(pk=other.pk)
        try:
            whole = ConsultationRequest.objects.select_related("program").get(pk=other.pk)
        except CannotDecrypt:
            return {"other": other, "told": [("Not readable", "Its key is missing.")], "is_no_match": not same.exists()}
        return {"other": other, "told": contact_rules.what_they_told_us(whole), "is_no_match": not same.exists()}

    @method_decorator(require_POST)
    def unlink(self, request, object_id):
        stored = self.stored_for(request, object_id)
        other = request.POST.get("other", "")
        linked = stored.same_person.only("reference", "state").filter(reference=other).first()
        if linked is None:
            raise Http404
        audit.record(AccessRecord.Kind.CHANGE, by=request.user, request=linked)
        change = partial(workflow.unlink, stored, linked, by=request.user)
        self.happens(request, stored, change, "is not linked any more.")
        return HttpResponseRedirect(reverse("admin:intake_consultationrequest_link", args=[stored.pk]))

    def mark_estimate(self, request, object_id):
        stored, clinic = self.stored_for(request, object_id), request.clinic
        cannot = ""
        says = ["It stands in the history that the person has their estimate, and its clock ends."]
        if not stored.wants_estimate:
            cannot = "The person did not ask for an estimate."
        elif stored.estimate_sent_at:
            cannot = f"It was given: {moment(stored.estimate_sent_at)}."
        else:
            says.append(f"Due {contact_rules.estimate_words(stored, clinic)}.")
        return self.step(
            request,
            stored,
            Kind.ESTIMATE,
            MoveForm(sent(request)),
            partial(workflow.give_estimate, stored, by=request.user, read_up_to=read_up_to(request)),
            done="has its estimate.",
            title="Estimate given",
            press="The estimate is given",
            says=says,
            cannot=cannot,
        )

    def close(self, request, object_id):
        stored = self.stored_for(request, object_id)
        may_decide_level = request.user.has_perm(permissions.DECIDE_LEVEL)
        form = CloseForm(sent(request), may_decide_level=may_decide_level)
        says = [
            "Nobody calls or writes after that. The person reads why on their private page, and can still ask: asking"
            " opens it again.",
        ]
        if not may_decide_level:
            says.append("That another level of care fits better is for a clinician to say. Hand it over for that.")

        def change():
            answers = form.cleaned_data
            workflow.close(
                stored,
                answers["reason"],
                by=request.user,
                alternatives=answers["alternatives"],
                text=answers["text"],
                read_up_to=read_up_to(request),
            )

        return self.step(
            request,
            stored,
            Kind.CLOSED,
            form,
            change,
            done="is closed.",
            title="Close",
            press="Close it",
            template="admin/move_close.html",
            says=says,
        )

    def reopen(self, request, object_id):
        stored = self.stored_for(request, object_id)
        says = ["You have it then, and a new time to reply by begins."]
        if stored.stopped_at:
            says.append("The person asked us to stop. Do not call, text or write: answer on the private page only.")
        return self.step(
            request,
            stored,
            Kind.REOPENED,
            MoveForm(sent(request)),
            partial(workflow.reopen, stored, by=request.user, clinic=request.clinic, read_up_to=read_up_to(request)),
            done="is open again.",
            title="Open it again",
            press="Open it again",
            says=says,
        )

    def pause(self, request, object_id):
        stored = self.stored_for(request, object_id)
        return self.step(
            request,
            stored,
            Kind.PAUSED,
            MoveForm(sent(request)),
            partial(workflow.pause, stored, by=request.user, read_up_to=read_up_to(request)),
            done="is paused.",
            title="Pause",
            press="Pause it",
            says=[
                "For a person who asked for it on the phone. Nobody calls or writes until they want to go on.",
                "A call that is planned is taken off. A question that waits for an answer still waits.",
                *off_then(stored),
            ],
        )

    def resume(self, request, object_id):
        stored = self.stored_for(request, object_id)
        return self.step(
            request,
            stored,
            Kind.RESUMED,
            MoveForm(sent(request)),
            partial(workflow.resume, stored, by=request.user, clinic=request.clinic, read_up_to=read_up_to(request)),
            done="is taken up again.",
            title="Take it up again",
            press="Take it up again",
            says=["Only when the person said that they want to go on. A new time to reply by begins."],
        )

    @method_decorator(require_POST)
    def release(self, request, object_id):
        stored = self.stored_for(request, object_id)
        self.happens(request, stored, partial(workflow.release, stored, by=request.user), "stands in the main list.")
        return self.page_of(stored)

    def erase(self, request, object_id):
        """For somebody who called and asked for it. Asks once before it is done."""
        stored = self.stored_for(request, object_id, permissions.ERASE)
        return self.step(
            request,
            stored,
            Kind.WITHDRAWN,
            MoveForm(sent(request)),
            partial(workflow.withdraw, stored, by=request.user, read_up_to=read_up_to(request)),
            done="is erased.",
            title="Erase",
            press=f"Yes, erase {stored}",
            says=[
                "All that the person told us is erased: name, number, email, words, questions, answers and notes.",
                "The reference, the times and who looked stay. You cannot undo this.",
                *off_then(stored),
            ],
        )
