"""How the forms look. What they ask and need is in forms.py."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Fieldset, Layout
from django.forms import CheckboxInput, RadioSelect

from programs.layout import Folded

SHORT = {"name", "person_name", "phone", "name_to_ask_for", "code_word", "role", "reference", "secret", "language"}
NAMELESS = (
    '<p class="callout callout--calm asks-client asks-nameless">Did the person not agree to be named? Then please leave'
    " out who they are here too.</p>"
)
TWO_COLUMNS = {"relationship", "program"}


def shown(name, widget, asks):
    """`asks` names the answer without which this question is not shown (see form.css)."""
    classes = [asks, "field--short" * (name in SHORT), "field--two" * (name in TWO_COLUMNS)]
    is_tile = isinstance(widget, (RadioSelect, CheckboxInput))  # ticks are circles to Django: a subclass
    return Field(name, css_class="" if is_tile else "field__control", wrapper_class=" ".join(filter(None, classes)))


def helper_of(*parts):
    helper = FormHelper()
    helper.form_tag = False  # the page writes it, with the one-use token
    helper.layout = Layout(*parts)
    return helper


def request_layout(fields):
    """`fields`: those that the form has, for the ways that the clinic can keep."""

    def those(*names, asks=""):
        return [shown(name, fields[name].widget, asks) for name in names if name in fields]

    call = those("call_at", "time_zone", "may_say_who", "message_rule")
    private = those("name_to_ask_for", "code_word")
    parts = [
        Fieldset(
            "Who needs help",
            *those("asking_for"),
            *those("relationship", "person_knows", asks="asks-loved-one"),
            *those("organization", "role", "person_agreed", asks="asks-client"),
            *those("person_name", asks="asks-client asks-person"),
            css_id="part-who",
        ),
        Fieldset(
            "How to reach you",
            *those("name", "ways"),
            *those("phone", asks="asks-phone"),
            *those("email", "wants_receipt", asks="asks-email"),
            css_id="part-reach",
        ),
        Fieldset(
            "When we call",
            *call,
            Folded("More ways to keep it private", *private),
            css_id="part-call",
            css_class="asks-call",
        )
        if call or private
        else None,
        Fieldset(
            "Anything else",
            *those("program"),
            HTML(NAMELESS),
            *those("message"),
            Folded(
                "Language, safe times or an estimate",
                *those("language", "needs_interpreter", "uses_relay", "safe_times", "wants_estimate"),
            ),
            css_id="part-more",
        ),
    ]
    return helper_of(*filter(None, parts))


def plain_layout(fields):
    return helper_of(*(shown(name, field.widget, "") for name, field in fields.items()))
