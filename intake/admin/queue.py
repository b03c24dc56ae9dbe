"""The list of requests: what is to be done, and by when. It decrypts nothing."""

from django.contrib import admin
from django.utils import timezone

from clinic import hours
from intake import audit
from intake.encryption import EncryptedTextField
from intake.models import AccessRecord, ConsultationRequest

SEALED = [field.name for field in ConsultationRequest._meta.fields if isinstance(field, EncryptedTextField)]


def words(moment):
    return hours.moment_words(timezone.localtime(moment), timezone.localtime())


class QueueFilter(admin.SimpleListFilter):
    """Held requests stand apart: they come only when they are asked for, so that the main list stays readable."""

    title = "list"
    parameter_name = "list"

    def lookups(self, request, model_admin):
        return [
            ("waiting", "Waiting on us"),
            ("overdue", "Overdue"),
            ("answered", "Waiting on them"),
            ("held", f"Held as possible spam ({ConsultationRequest.objects.held().count()})"),
        ]

    def queryset(self, request, requests):
        if self.value() == "held":
            return requests.held()
        if self.value() == "waiting":
            return requests.waiting()
        if self.value() == "overdue":
            return requests.overdue(timezone.now())
        if self.value() == "answered":
            return requests.main_list().filter(state=ConsultationRequest.State.WAITING_ON_THEM)
        return requests.main_list()


class Queue(admin.ModelAdmin):
    list_display = ["reference", "received_at", "reply_by_words", "asking_for", "program_words", "state"]
    list_filter = [QueueFilter, "asking_for"]
    list_select_related = ["program"]
    search_fields = ["reference"]
    search_help_text = "By reference only, such as ACE-347-XYW. Names and numbers are encrypted."
    actions = None

    def get_queryset(self, request):
        """The list decrypts nothing: what a person told us is read when a request is opened."""
        return super().get_queryset(request).defer(*SEALED)

    def lookup_allowed(self, lookup, value, request):
        return lookup in ("list", "asking_for", "asking_for__exact")

    def changelist_view(self, request, extra_context=None):
        if self.has_view_permission(request):
            audit.record(AccessRecord.Kind.LIST, by=request.user)
        return super().changelist_view(request, extra_context)

    @admin.display(description="program", ordering="program")
    def program_words(self, stored):
        return stored.program.short_name if stored.program else "Not sure yet"

    @admin.display(description="reply by", ordering="reply_by")
    def reply_by_words(self, stored):
        if stored.reply_by is None:
            return "No time was promised"
        is_overdue = stored.state in stored.OURS and stored.reply_by < timezone.now()
        return f"{words(stored.reply_by)} (overdue)" if is_overdue else words(stored.reply_by)
