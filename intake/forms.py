"""What the request form asks, what it needs, and the words of each error."""

import uuid

import phonenumbers
from django import forms
from django.core import signing
from django.core.validators import MaxLengthValidator

from intake.layout import request_layout
from intake.models import ConsultationRequest
from programs.models import Program

TOKEN_SALT = "intake.form"
TOKEN_HOURS = 24
HOME_REGION = "US"
NOT_SURE = "I am not sure yet"
NO, YES = "no", "yes"


def new_token():
    """A signed, one-use name for one form on one screen. It stands in for a cookie: the public site sets none."""
    return signing.dumps(uuid.uuid4().hex, salt=TOKEN_SALT)


def read_token(signed):
    """The UUID of a form that this site handed out in the last day, else None."""
    try:
        return uuid.UUID(signing.loads(signed, salt=TOKEN_SALT, max_age=TOKEN_HOURS * 60 * 60))
    except (signing.BadSignature, ValueError):
        return None


def up_to(letters):
    """A limit that the browser does not know: its own would cut a pasted text in silence."""
    return MaxLengthValidator(letters)


def without_half_characters(text):
    """Half of a surrogate pair cannot be stored or shown; only a hostile or broken client sends one."""
    return text.encode("utf-8", "replace").decode("utf-8")


class YesOrNo(forms.TypedChoiceField):
    """A permission. Nothing is allowed unless the person says so, so a missing answer is a no."""

    def __init__(self, *, yes, no, **options):
        super().__init__(
            choices=[(NO, no), (YES, yes)],
            coerce=lambda value: value == YES,
            empty_value=False,
            required=False,
            initial=NO,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": "Choose one of the two answers."},
            **options,
        )


class IntakeForm(forms.Form):
    asking_for = forms.ChoiceField(
        label="Who are you asking for?",
        choices=ConsultationRequest.AskingFor,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose who you are asking for.",
            "invalid_choice": "Choose one of the three answers.",
        },
    )
    name = forms.CharField(
        label="What should we call you?",
        help_text="A first name is fine. It does not have to be your real one.",
        validators=[up_to(80)],
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={
            "required": "Enter a name that we can use.",
            "max_length": "Enter a shorter name, up to 80 letters.",
        },
    )
    phone = forms.CharField(
        label="Phone number",
        help_text="This, an email address, or both. Use one that is private, if you can.",
        validators=[up_to(40)],
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"max_length": "Enter a phone number with 10 digits."},
    )
    email = forms.EmailField(
        label="Email",
        help_text="Use one that nobody else reads.",
        validators=[up_to(254)],
        max_length=None,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": "Enter an email address like name@example.com.",
            "max_length": "Enter a shorter email address.",
        },
    )
    may_say_who = YesOrNo(
        label="If someone else picks up, may we say who is calling?",
        no="No. Ask for me and say nothing more",
        yes="Yes, you may name the clinic",
    )
    may_leave_message = YesOrNo(
        label="If you miss our call, may we leave a message?",
        no="No message",
        yes="Yes, a first name and a number",
    )
    program = forms.ModelChoiceField(
        label="What are you thinking about?",
        queryset=Program.objects.none(),
        required=False,
        empty_label=NOT_SURE,
        blank=True,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the answers."},
    )
    message = forms.CharField(
        label="What would you like us to know? (optional)",
        help_text="You can leave this empty. Please leave out medical details: we can talk about those.",
        validators=[up_to(2000)],
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        error_messages={"max_length": "Please keep it under 2,000 letters. We can talk about the rest."},
    )
    consent = forms.BooleanField(
        error_messages={"required": "Tick the box so that we may contact you."},
    )

    def __init__(self, *args, clinic, **kwargs):
        super().__init__(*args, **kwargs)
        self.consent_wording = f"Yes, {clinic.short_name} may call or write to me with what I gave above."
        self.fields["consent"].label = self.consent_wording
        self.fields["program"].queryset = (
            Program.objects.published().filter(is_offered=True).order_by("level__position", "position")
        )
        self.fields["program"].label_from_instance = lambda program: program.short_name
        self.helper = request_layout()

    def clean_name(self):
        return without_half_characters(self.cleaned_data["name"])

    def clean_message(self):
        return without_half_characters(self.cleaned_data["message"])

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if not phone:
            return phone
        try:
            possible = phonenumbers.is_possible_number(phonenumbers.parse(phone, HOME_REGION))
        except phonenumbers.NumberParseException:
            possible = False
        if not possible:
            raise forms.ValidationError("Enter a phone number with 10 digits.")
        return phone

    def clean(self):
        answers = super().clean()
        ways = {"phone", "email"}
        if not ways & self.errors.keys() and not any(answers[way] for way in ways):
            self.add_error("phone", "Enter a phone number or an email address, so that we can reach you.")
        return answers
