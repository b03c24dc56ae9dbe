"""What the pages of all moves share: who may use them, what stops a move, and that no typed word is lost to it."""

import logging

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from intake import audit, permissions, workflow
from intake.admin.queue import Queue
from intake.admin.words import called, has_it, moment
from intake.encryption import EncryptionError
from intake.models import AccessRecord, CaseEntry
from intake.workflow.moves import SHARED, UNREAD

logger = logging.getLogger(__name__)


def read_up_to(request):
    """The last entry that stood on the page this was pressed on; 0 when that is not known, so nothing was read."""
    return number_of_an_entry(request.POST.get("read_up_to", ""))


def number_of_an_entry(number):
    return int(number) if number.isdecimal() and len(number) < 19 else 0


def sent(request):
    """What a form is bound to: a press on a button alone is one, too."""
    return request.POST if request.method == "POST" else None


class MovePages(Queue):
    def stored_for(self, request, object_id, permission=permissions.WORK):
        if not request.user.has_perm(permission):
            raise PermissionDenied
        stored = self.get_object(request, str(object_id))
        if stored is None:
            raise Http404
        return stored

    def page_of(self, stored):
        return HttpResponseRedirect(reverse("admin:intake_consultationrequest_change", args=[stored.pk]))

    def happens(self, request, stored, change, done="", undone="Nothing was done."):
        """One press by one of the team: recorded, done by workflow, and said in words. Returns whether it was done.
        Without `done` the caller says it."""
        why = ""
        audit.record(AccessRecord.Kind.CHANGE, by=request.user, request=stored)
        try:
            change()
        except workflow.MessageNotAllowed:
            why = f"No message may be left for {stored}."
        except workflow.NotRead:
            why = f"{stored} changed while you had it open. Read what is new, then press again."
        except workflow.TakenByAnother:
            why = f"{stored} is with a colleague. Take it over first."
        except workflow.NotAllowed:
            why = f"{stored} changed a moment ago. Look at it again."
        if why:
            self.message_user(request, f"{undone} {why}", messages.WARNING)
        elif done:
            self.message_user(request, f"{stored} {done}", messages.SUCCESS)
        return not why

    @staticmethod
    def with_the_list(done, was_held, stored):
        """What was done, and whether that took it out of the held ones."""
        return f"{done} It stands in the main list now." if was_held and not stored.held_because else done

    def step(self, request, stored, kind, form, change, *, done, **page):
        """One move: its page, and when the form has no errors, `change`. `page` is what `show` needs."""
        page |= {"kind": kind, "form": form}
        was_held = stored.held_because
        if request.method != "POST" or not form.is_valid():
            return self.show(request, stored, **page)
        try:
            audit.record(AccessRecord.Kind.CHANGE, by=request.user, request=stored)
            with transaction.atomic():
                if request.POST.get("take_over"):
                    workflow.claim(stored, by=request.user, read_up_to=read_up_to(request))
                change()
        except workflow.CannotCallThen:
            form.refuse()
            return self.show(request, stored, **page)
        except workflow.NotTrueYet as problem:
            form.add_error("reason", str(problem))
            return self.show(request, stored, **page)
        except workflow.NotAllowed as problem:
            return self.show(request, self.get_object(request, str(stored.pk)), problem=problem, status=409, **page)
        except (DatabaseError, EncryptionError) as failure:
            logger.warning("A move was not kept: %s", type(failure).__name__)
            return self.not_kept(request, stored, **page)
        said = self.with_the_list(done() if callable(done) else done, was_held, stored)
        self.message_user(request, f"{stored} {said}", messages.SUCCESS)
        return self.page_of(stored)

    def show(self, request, stored, *, kind, problem=None, cannot="", **page):
        """The page of a move. It shows what happened after the page that led here was made, and after somebody else was
        faster both: what happened, and what was typed."""
        audit.record(AccessRecord.Kind.VIEW, by=request.user, request=stored)
        entries = list(stored.entries.select_related("by").defer("text"))
        last = max((entry.pk for entry in entries), default=0)
        is_first = request.method != "POST"
        seen = number_of_an_entry(request.GET.get("seen", str(last))) if is_first else read_up_to(request)
        is_news_shown = problem is not None or (is_first and kind not in UNREAD)
        news = [entry for entry in entries if is_news_shown and entry.pk > seen and entry.by_id != request.user.pk]
        texts = self.texts_of(request, news)
        if stored.state not in workflow.MOVES[kind]:
            cannot = f"This cannot be done now: it is {stored.get_state_display().lower()}."
            cannot = f"{cannot} {workflow.what_is_off(stored, timezone.now())}".strip()
        context = {
            "problem": problem,
            "is_unread": isinstance(problem, workflow.NotRead) or (problem is None and bool(news)),
            "news": [
                (moment(entry.at), who(entry), entry.get_kind_display(), texts.get(entry.pk, "")) for entry in news
            ],
            # Only who was shown the news has read it.
            "read_up_to": last if is_news_shown else seen,
            "cannot": cannot,
            "taken_by": taken_by(stored, request.user) if kind not in SHARED else "",
        }
        return self.move_page(request, stored, kind=kind, **page | context)

    def texts_of(self, request, entries):
        """By key. Words are read only where they are shown, so that a lost key stops no move."""
        if not entries or not permissions.may_see_words(request.user):
            return {}
        return dict(CaseEntry.objects.filter(pk__in=[entry.pk for entry in entries]).values_list("pk", "text"))

    def not_kept(self, request, stored, *, form, title, press, **page):
        """Nothing about the person stands on it: perhaps not even the look could be recorded."""
        context = {"form": form, "title": title, "press": press, "read_up_to": read_up_to(request)}
        return self.move_page(request, stored, has_failed=True, status=503, **context)

    def move_page(self, request, stored, *, title, template="admin/move.html", status=200, **context):
        context |= {"title": f"{title}: {stored}", "stored": stored, "is_typed": request.method == "POST"}
        return render(request, template, {**self.admin_site.each_context(request), **context}, status=status)


def who(entry):
    return called(entry.by) if entry.by else "The person"


def taken_by(stored, user):
    """Who else has it and until when, or ""."""
    return has_it(stored, user, timezone.now()) if workflow.is_taken_by_another(stored, user) else ""
