"""Accounts and their roles. Nobody changes their own roles, and nobody makes a superuser here."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import redirect

from accounts.models import Authenticator
from accounts.roles import ROLES, clash_words
from clinic.admin import StaffAdmin
from intake import workflow
from intake.admin.words import moment
from intake.fields import Rows

admin.site.unregister([User, Group])


ROLES_LABEL, ROLES_HELP = "Roles", "Without a role an account sees nothing. Tick as few as the work needs."


class RolesField(Rows):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group):
        return f"{group}: {ROLES[group.name].what_for}"


class AccountForm(forms.ModelForm):
    groups = RolesField(
        Group.objects.filter(name__in=ROLES),
        label=ROLES_LABEL,
        required=False,
        help_text=ROLES_HELP,
    )

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "groups", "is_active"]
        # The roles here too, for who only reads them.
        labels = {
            "username": "Name to sign in with",
            "email": "Email",
            "groups": ROLES_LABEL,
            "is_active": "Switched on",
        }
        help_texts = {
            "groups": ROLES_HELP,
            "username": "It stands beside everything this colleague does, so it cannot be changed later.",
            "email": "Where reminders go. They hold counts only.",
            "is_active": "Untick it when a colleague leaves. It ends what they have open, their password and any"
            " sign-in link. Requests that they have taken are nobody’s then. What they did stays. Who comes back needs"
            " a new sign-in link.",
        }

    def clean_groups(self):
        groups = self.cleaned_data["groups"]
        if why := clash_words(group.name for group in groups):
            raise forms.ValidationError(f"{why} Untick one of them.")
        return groups


def roles_changed(form):
    before, now = in_words(form.initial.get("groups", [])), in_words(form.cleaned_data["groups"])
    return f"roles from {before} to {now}"


def switched(form):
    return "the account from off to on" if form.cleaned_data["is_active"] else "the account from on to off"


# What stands in the history of an account in words of its own: before and after.
TOLD = {"groups": roles_changed, "is_active": switched}


def in_words(groups):
    return ", ".join(sorted(group.name for group in groups)) or "none"


class RoleFilter(admin.RelatedFieldListFilter):
    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.title = "role"
        self.empty_value_display = "No role"


class SwitchedOnFilter(admin.BooleanFieldListFilter):
    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.title = "switched on"


@admin.register(User)
class AccountAdmin(StaffAdmin):
    class Media:
        css = {"all": ["css/desk/account.css"]}

    form = AccountForm
    list_display = ["username", "full_name", "roles", "signs_in", "last_time"]
    list_filter = [("is_active", SwitchedOnFilter), ("groups", RoleFilter)]
    ordering = ["username"]
    actions = None
    fieldsets = [
        (
            "Who it is",
            {
                "fields": ["username", "first_name", "last_name", "email"],
                "description": "One account for each person: what happens here is recorded under this name.",
            },
        ),
        ("What they do here", {"fields": ["groups"]}),
        ("Signing in", {"fields": ["is_active", "last_time"]}),
    ]

    def get_queryset(self, request):
        phone = Authenticator.objects.confirmed().filter(user=OuterRef("pk"))
        no_password = Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
        accounts = super().get_queryset(request).annotate(has_both=Exists(phone.exclude(no_password)))
        return accounts.defer("password").prefetch_related("groups")

    def has_change_permission(self, request, obj=None):
        """An account that may do everything is changed by one that may, too."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else self.fieldsets[:2]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        own = ["groups", "is_active"] if obj == request.user else []
        return ["username", "last_time", *own]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.is_staff = True
            obj.set_unusable_password()  # the colleague sets one, by a link of their own
        elif "is_active" in form.changed_data and not obj.is_active:
            obj.set_unusable_password()  # and with it go all sessions and links, which switching on must not bring back
            workflow.end_claims(obj)
        super().save_model(request, obj, form, change)

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Accounts", **(extra_context or {})})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        title = "An account" if object_id else "Add an account"
        return super().changeform_view(request, object_id, form_url, {"title": title, **(extra_context or {})})

    def response_add(self, request, obj, post_url_continue=None):
        """A new account opens nothing by itself, so the next page is the one that makes its link."""
        if not self.has_change_permission(request, obj) or {"_addanother", "_continue"} & request.POST.keys():
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, f"The account {obj} is made. Nobody can sign in with it until you make a link.")
        return redirect("admin:colleague_sign_in", obj.pk)

    def construct_change_message(self, request, form, formsets, add=False):
        """So that the history of an account tells who gave a role, and who switched it off."""
        said = super().construct_change_message(request, form, formsets, add)
        told = {name: TOLD[name](form) for name in TOLD if name in form.changed_data}
        if told and not add:
            labels = {form.fields[name].label for name in told}
            others = [label for label in said[0]["changed"]["fields"] if label not in labels]
            said = [{"changed": {"fields": others}}] if others else []
        return said + [{"changed": {"fields": [words]}} for words in told.values()]

    @admin.display(description="name")
    def full_name(self, user):
        return user.get_full_name()

    @admin.display(description="signs in")
    def signs_in(self, user):
        if not user.is_active:
            return "No: switched off"
        return "Yes" if user.has_both else "Not yet: needs a link"

    @admin.display(description="last time", ordering="last_login")
    def last_time(self, user):
        return moment(user.last_login) if user.last_login else "Never"

    @admin.display(description="roles")
    def roles(self, user):
        return "Everything, given on the server" if user.is_superuser else in_words(user.groups.all())


@admin.register(Group)
class RoleAdmin(StaffAdmin):
    """To read. What a role may do is written in accounts/roles.py."""

    list_display = ["name", "what_for"]
    fields = ["name", "what_for", "why", "rights"]
    readonly_fields = ["what_for", "why", "rights"]
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Roles", **(extra_context or {})})

    @admin.display(description="what for")
    def what_for(self, group):
        return ROLES[group.name].what_for if group.name in ROLES else "Not a role of this site"

    @admin.display(description="why these rights")
    def why(self, group):
        return ROLES[group.name].why if group.name in ROLES else ""

    @admin.display(description="rights")
    def rights(self, group):
        return ", ".join(sorted(permission.name for permission in group.permissions.all()))
