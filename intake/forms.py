"""What the request form asks on each route, what it needs, and the words of each error."""

from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import validate_email

from clinic import hours
from clinic.phone import dialable
from intake import slots
from intake.fields import NO, YES, Choice, Words, YesOrNo
from intake.layout import plain_layout, request_layout
from intake.models import ConsultationRequest
from programs.models import Program

AskingFor = ConsultationRequest.AskingFor
NOT_SURE = "I am not sure yet"
ANY_TIME = "Any time you are open"
CALL, TEXT, EMAIL, WILL_CALL = "call", "text", "email", "will_call"

NOT_NOW = {
    CALL: "We do not call at the moment. Tick another way.",
    TEXT: "We do not text at the moment. Tick another way.",
    EMAIL: "We do not write emails at the moment. Tick another way.",
}

ONLY_ON = {
    AskingFor.LOVED_ONE: ["relationship", "person_knows"],
    AskingFor.CLIENT: ["organization", "role", "person_agreed", "person_name"],
}
NEEDS_A_CALL = ["call_at", "time_zone", "may_say_who", "message_rule", "name_to_ask_for", "code_word"]


CONSENT_VERSION = "2026-11"  # a new one for every change of the words below; a test holds them together


def consent_lines(clinic):
    """What a person agrees to, line by line: by sending (""), and by ticking each way to be reached."""
    return {
        "": f"By sending this, I let {clinic.short_name} keep what I wrote and answer me in the ways I ticked, and in"
        " no other. I can take it back at any time.",
        CALL: "Call me",
        TEXT: "Text me",
        EMAIL: "Email me",
        WILL_CALL: "I will call you. Give me a number to quote",
    }


def ways_of(clinic):
    """The ways to be reached that this clinic can keep."""
    offered = {CALL: clinic.answers_by_phone, TEXT: clinic.answers_by_text, EMAIL: clinic.answers_by_email}
    return [*(way for way, is_offered in offered.items() if is_offered), WILL_CALL]


def without_unagreed_name(typed):
    """What was typed, without the name of a client who did not agree to it: not even a page shown again holds it."""
    if typed.get("person_agreed") == YES or "person_name" not in typed:
        return typed
    kept = typed.copy()
    kept["person_name"] = ""
    return kept


class Ways(forms.MultipleChoiceField):
    def validate(self, value):
        for way in value:
            if way in NOT_NOW and not self.valid_value(way):  # switched off while the form was open
                raise forms.ValidationError(NOT_NOW[way])
        super().validate(value)


class IntakeForm(forms.Form):
    """One page for all routes. What is asked only on another route, or only for a way that is not ticked, is not kept;
    the style sheet hides it (form.css)."""

    asking_for = Choice(
        label="Who is it for?",
        choices=AskingFor,
        required=True,
        error_messages={
            "required": "Choose who it is for.",
            "invalid_choice": "Choose one of the three answers.",
        },
    )
    relationship = Choice(
        label="Who is it? (optional)", choices=ConsultationRequest.Relationship, help_text="You do not have to say."
    )
    person_knows = Choice(
        label="Does the person know that you write to us? (optional)",
        choices=[*ConsultationRequest.PersonKnows.choices, ("", "I would rather not say")],
        help_text="We will not tell them you wrote, and cannot tell you whether they contact us.",
    )
    organization = Words(label="Where do you work? (optional)", letters=120, autocomplete="organization")
    role = Words(label="What is your job there? (optional)", letters=80)
    person_agreed = YesOrNo(
        label="Did the person agree that you name them to us?",
        no="No. I leave out all that says who they are",
        yes="Yes, the person agreed",
    )
    person_name = Words(
        label="What should we call the person? (optional)",
        help_text="A first name is enough.",
        letters=80,
    )

    name = Words(
        label="What should we call you?",
        help_text="A first name is fine. It does not have to be your real one.",
        letters=80,
        missing="Enter a name that we can use.",
        autocomplete="given-name",
    )
    ways = Ways(
        label="How may we reach you?",
        help_text="Tick each way that is safe for you. We use no other.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick how we may reach you, or tick “I will call you”.",
            "invalid_choice": "Choose from the ways on this page.",
        },
    )
    phone = Words(
        label="Phone number",
        help_text="Type it the way you like. Use one that is private, if you can.",
        letters=40,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
        autocomplete="tel",
    )
    email = Words(
        label="Email",
        help_text="Use one that nobody else reads.",
        letters=254,
        widget=forms.EmailInput,
        autocomplete="email",
    )
    wants_receipt = forms.BooleanField(label="Also email me my reference number, and nothing else", required=False)

    call_at = Choice(
        label="When should we call?",
        choices=[],
        widget=forms.Select,
        error_messages={"invalid_choice": "That time is not free any more. Choose another."},
    )
    time_zone = Choice(
        label="What time is it where you are?",
        help_text="Choose this if you live in another time zone than we do.",
        choices=[],
        widget=forms.Select,
    )
    may_say_who = YesOrNo(
        label="If someone else picks up, may we say where we call from?",
        no="No. Ask for me and say nothing more",
        yes="Yes, you may name the clinic",
    )
    message_rule = Choice(
        label="If you miss our call, may we leave a message?",
        choices=ConsultationRequest.MessageRule,
        initial=ConsultationRequest.MessageRule.NO,
    )
    name_to_ask_for = Words(
        label="Another name to ask for (optional)",
        help_text="If the people around you know you by another name.",
        letters=80,
    )
    code_word = Words(
        label="A code word (optional)",
        help_text="We say it first, so that you know it is us.",
        letters=40,
    )
    safe_times = Words(
        label="When is it safe to call or write? (optional)",
        help_text="For example: workdays before 3 pm, never at night.",
        letters=200,
    )

    program = forms.ModelChoiceField(
        label="What are you thinking about? (optional)",
        queryset=Program.objects.none(),
        required=False,
        empty_label=NOT_SURE,
        blank=True,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the answers."},
    )
    language = Words(
        label="What language should we use? (optional)",
        help_text="Leave it empty for English.",
        letters=40,
        autocomplete="language",
    )
    needs_interpreter = forms.BooleanField(label="I need an interpreter. It is free", required=False)
    uses_relay = forms.BooleanField(label="I use relay, TTY or captions", required=False)
    wants_estimate = forms.BooleanField(
        label="Please tell me what care may cost (a good-faith estimate)", required=False
    )
    message = Words(
        label="What would you like us to know? (optional)",
        help_text="You can leave this empty. Please leave out medical details: we can talk about those.",
        letters=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args, clinic, free_slots=(), is_correction=False, held_program=None, **kwargs):
        """`held_program`: the id of the one chosen before, which stays among the choices."""
        super().__init__(*args, **kwargs)
        self.data = without_unagreed_name(self.data)
        self.clinic = clinic
        self.free_slots = free_slots
        ways = ways_of(clinic)
        if CALL not in ways:
            self.leave_out(NEEDS_A_CALL)
        if not {CALL, TEXT} & set(ways):
            self.leave_out(["phone"])
        if EMAIL not in ways:
            self.leave_out(["email", "wants_receipt"])
        if is_correction:
            self.fields.pop("wants_receipt", None)
        self.set_choices(ways, held_program)
        self.helper = request_layout(self.fields)

    def leave_out(self, names):
        """What belongs to a way that is switched off, unless it was typed before that: nothing typed is lost."""
        for name in names:
            if not self.data.get(name):
                self.fields.pop(name, None)

    def set_choices(self, ways, held_program):
        lines = consent_lines(self.clinic)
        self.fields["ways"].choices = [(way, lines[way]) for way in ways]
        offered = Program.objects.published().filter(is_offered=True)
        programs = offered | Program.objects.filter(pk=held_program)
        self.fields["program"].queryset = programs.order_by("level__position", "position")
        self.fields["program"].label_from_instance = lambda program: program.short_name
        if "call_at" in self.fields:
            now = self.clinic.local_now()
            home = hours.zone_words(self.clinic.zone)
            self.fields["call_at"].choices = [("", ANY_TIME), *slots.by_day(self.free_slots, now, self.clinic.zone)]
            self.fields["call_at"].help_text = f"We call within the half hour. All times are {home}."
            self.fields["time_zone"].choices = [
                ("", f"The same as yours, {home}"),
                *((name, words) for name, words in hours.TIME_ZONES.items() if name != self.clinic.time_zone),
            ]

    def ticked(self, *ways):
        """Whether one of these ways was ticked. When the ticks themselves are wrong, none was."""
        return bool(set(ways) & set(self.cleaned_data.get("ways", ())))

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if not phone:
            raise forms.ValidationError("Enter a phone number, or tick another way to reach you.")
        if not dialable(phone):
            raise forms.ValidationError("Enter a phone number with 10 digits, or with + and the country code.")
        return phone

    def clean_email(self):
        email = self.cleaned_data["email"]
        if not email:
            raise forms.ValidationError("Enter an email address, or tick another way to reach you.")
        try:
            validate_email(email)
        except forms.ValidationError:
            raise forms.ValidationError("Enter an email address like name@example.com.") from None
        return email

    def clean_call_at(self):
        chosen = self.cleaned_data["call_at"]
        return slots.read(chosen) if chosen else None

    def clean_message_rule(self):
        return self.cleaned_data["message_rule"] or ConsultationRequest.MessageRule.NO

    def not_asked(self):
        """The fields that do not belong to the route and the ways that were chosen."""
        route = self.cleaned_data.get("asking_for")
        names = [name for other, own in ONLY_ON.items() if other != route for name in own]
        if not self.cleaned_data.get("person_agreed"):
            names.append("person_name")
        if not self.ticked(CALL, TEXT):
            names.append("phone")
        if not self.ticked(CALL):
            names += NEEDS_A_CALL
        if not self.ticked(EMAIL):
            names += ["email", "wants_receipt"]
        return names

    def clean(self):
        answers = super().clean()
        for name in self.not_asked():
            self.errors.pop(name, None)
            answers[name] = ConsultationRequest._meta.get_field(name).get_default()
        call_at, zone = answers.get("call_at"), answers.get("time_zone") or self.clinic.time_zone
        if call_at and slots.too_early_or_late(call_at, ZoneInfo(zone)):
            self.add_error("call_at", "At that time it is before 8 am or after 9 pm where you are. Choose another.")
        return answers

    def answers(self):
        """What was answered, by the names of the request's fields."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "ways"}
        return given | {
            "may_call": self.ticked(CALL),
            "may_text": self.ticked(TEXT),
            "may_email": self.ticked(EMAIL),
            "will_call": self.ticked(WILL_CALL),
        }

    def consent(self, lines):
        """The words that were agreed to, of the lines that stood on the person's screen."""
        return "\n".join(lines[way] for way in [*self.cleaned_data["ways"], ""])

    def is_covered_by(self, lines):
        """Whether each way that was ticked has its words on the person's screen: a form may be older than a way."""
        return {*self.cleaned_data["ways"], ""} <= lines.keys()


def as_typed(request):
    """What we hold, as the form shows it in its fields."""
    ways = {
        CALL: request.may_call,
        TEXT: request.may_text,
        EMAIL: request.may_email,
        WILL_CALL: request.will_call,
    }
    held = {name: getattr(request, name) for name in IntakeForm.base_fields if name != "ways"}
    return held | {
        "ways": [way for way, is_ticked in ways.items() if is_ticked],
        "may_say_who": YES if request.may_say_who else NO,
        "person_agreed": YES if request.person_agreed else NO,
        "program": request.program_id,
        "call_at": slots.value(request.call_at) if request.call_at else "",
    }


class PlainForm(forms.Form):
    """Its fields one under the other."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_layout(self.fields)


class OpenForm(PlainForm):
    """The way into a private page. Any text may be tried: what is wrong is never told apart."""

    reference = Words(
        label="Reference",
        help_text="Nine letters and numbers, such as ACE-347-XYW.",
        letters=40,
        missing="Enter your reference.",
    )
    secret = Words(
        label="Code of your private page",
        help_text="It stood under your reference.",
        letters=60,
        missing="Enter the code of your private page.",
    )


class QuestionForm(PlainForm):
    text = Words(
        label="Write to us",
        help_text="The team answers here. Please leave out medical details.",
        letters=2000,
        missing="Write your question first.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
