"""What may be done with this number and this address: the person's own rules, in words for them and for staff."""

from datetime import timedelta
from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings

from clinic import hours
from clinic.phone import dialable, readable
from intake import notices, slots
from intake.models import ConsultationRequest, Notice
from intake.models.request import CALL_NOW_MINUTES
from programs.facts import sentence_case

MessageRule = ConsultationRequest.MessageRule
State, AskingFor = ConsultationRequest.State, ConsultationRequest.AskingFor
ASKS_FOR = {
    AskingFor.SELF: "Themselves",
    AskingFor.LOVED_ONE: "Someone they care about",
    AskingFor.CLIENT: "A patient or client",
}
SILENT = ConsultationRequest.SILENT


class Part(NamedTuple):
    """One moment of a call, or one message: the sentences to say, and what to mind."""

    when: str
    say: list
    mind: list


def when_we_reply(request, clinic):
    """ "by 4:30 pm Eastern time today", or "" when no hours are set."""
    if request.reply_by is None:
        return ""
    return f"by {due_words(request.reply_by, clinic, request.zone(clinic))}"


def due_words(moment, clinic, zone):
    """ "1 pm Eastern time today, which is noon Central time"; the second part for a person in another zone."""
    ours = moment.astimezone(clinic.zone)
    day = hours.day_words(ours.date(), clinic.local_now().date())
    return f"{hours.clock(ours)} {hours.zone_words(clinic.zone)} {day}{where_they_are(moment, clinic, zone)}"


def where_they_are(moment, clinic, zone):
    """ ", which is noon Central time", or "" for a person in our zone."""
    ours, theirs = moment.astimezone(clinic.zone), moment.astimezone(zone)
    if ours.utcoffset() == theirs.utcoffset():
        return ""
    day = "" if ours.date() == theirs.date() else f"{hours.date_words(theirs.date())}, "
    return f", which is {day}{hours.clock(theirs)} {hours.zone_words(zone)}"


def when_it_was(moment, request, clinic):
    """ "9:05 am today", by the clock of the person: "8:05 am Central time today" in another zone than ours."""
    zone = request.zone(clinic)
    there = moment.astimezone(zone)
    if there.utcoffset() == moment.astimezone(clinic.zone).utcoffset():
        return hours.moment_words(there, clinic.local_now())
    day = hours.day_words(there.date(), clinic.local_now().astimezone(zone).date())
    return f"{hours.clock(there)} {hours.zone_words(zone)} {day}"


def slot_words(request, clinic):
    zone = request.zone(clinic)
    return slots.words(request.call_at, clinic.zone, clinic.local_now(), zone) if request.call_at else ""


def moment_words(moment, clinic, zone):
    """ "Tomorrow, 3 pm Eastern time, which is 2 pm Central time"; the second part for a person in another zone."""
    ours = moment.astimezone(clinic.zone)
    day = sentence_case(hours.day_words(ours.date(), clinic.local_now().date()))
    return f"{day}, {hours.clock(ours)} {hours.zone_words(clinic.zone)}{where_they_are(moment, clinic, zone)}"


def consultation_words(request, clinic):
    return moment_words(request.consultation_at, clinic, request.zone(clinic))


def estimate_words(request, clinic):
    return hours.day_words(request.estimate_due, clinic.local_now().date())


def estimate_promise(request, clinic):
    """ "by Monday" """
    if request.estimate_due < clinic.local_now().date():
        return "as soon as we can: we are late, and we are sorry"
    return f"by {estimate_words(request, clinic)}"


def number_end(request):
    return (dialable(request.phone) or request.phone)[-2:]


def email_hint(request):
    """ "s…@g…l.com": enough to notice a slip of the hand, too little to write to."""
    name, _, domain = request.email.rpartition("@")
    host, _, ending = domain.rpartition(".")
    return f"{name[:1]}…@{host[:1]}…{host[-1:]}.{ending}"


def what_we_do(request, clinic):
    """What the person was promised, sentence by sentence. It shows no more of a number than its end."""
    if request.state in SILENT:
        return ["We do not call, text or write to you. An answer to a question stands on your private page."]
    if request.state == ConsultationRequest.State.WAITING_ON_THEM:
        lines = ["We answered you. We do not call again unless we agreed on it, or you ask us to."]
    else:
        lines = call_lines(request, clinic) if request.can_be_called else []
    if request.can_be_texted:
        lines.append(f"We may text the number that ends in {number_end(request)}.")
    if request.may_email:
        lines += mail_lines(request)
    if request.will_call:
        lines.append(f"You can call us at {readable(clinic.phone)}. Give your reference.")
    if request.asking_for == AskingFor.LOVED_ONE:
        lines.append("We will not tell the person you care about that you wrote.")
        lines.append("We cannot tell you whether they contact us.")
    if request.safe_times:
        lines.append("We keep to the times that are safe for you.")
    if request.needs_interpreter:
        lines.append("We bring an interpreter to the call. It is free.")
    if request.wants_estimate and not request.estimate_sent_at:
        lines.append(f"You get an estimate of what care may cost {estimate_promise(request, clinic)}.")
    if not (request.can_be_called or request.can_be_texted or request.may_email):
        lines.insert(0, "We do not call or write to you. Our answer waits on your private page.")
    if request.number_is_wrong and (request.may_call or request.may_text):
        end = number_end(request)
        lines.insert(0, f"The number that ends in {end} did not work. Give us another one on your private page.")
    return lines


def call_lines(request, clinic):
    lines = []
    when = f": {slot_words(request, clinic)}" if request.call_at else " while we are open"
    lines.append(f"We call the number that ends in {number_end(request)}{when}.")
    lines.append(f"Our number is {readable(clinic.phone)}. It may show as private.")
    lines.append(f"We ask for {name_to_say(request)}.")
    if request.code_word:
        lines.append("We say your code word first.")
    if request.may_say_who:
        lines.append(f"If someone else picks up, we may say that {clinic.short_name} is calling.")
    else:
        lines.append("If someone else picks up, we do not say where we call from.")
    lines.append(
        {
            MessageRule.NO: "If you miss our call, we leave no message. We try again.",
            MessageRule.NAME_AND_NUMBER: "If you miss our call, we leave a first name and a number. We try again.",
            MessageRule.YES: "If you miss our call, we may leave a message. We try again.",
        }[request.message_rule]
    )
    return lines


def mail_lines(request):
    lines = [
        f"We write to {email_hint(request)}. You can see all of it on your private page, and change it there.",
        "The subject is “Hello”, and the mail says nothing about care. Its address may show our name.",
        "If you do not see our mail, look among your spam too.",
    ]
    if request.wants_receipt:
        subject = notices.SUBJECTS[Notice.Kind.RECEIPT]
        sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        lines.append(f"The mail with your reference is called “{subject}”. It comes from {sender}.")
    return lines


def call_sheet(request):
    """(question, is allowed, what to do) for staff, before they see a number."""
    if request.state == State.WITHDRAWN:
        return [("Withdrawn. May we call, text or write", False, "There is nobody to answer any more.")]
    if request.state in SILENT:
        question = f"{request.get_state_display()}. May we call, text or write"
        return [(question, False, "Answer on the private page only.")]
    of_a_call = [
        (
            "May we say where we call from",
            request.may_say_who,
            "You may name the clinic." if request.may_say_who else "Ask for the person and say nothing more.",
        ),
        (
            "May we leave a message",
            request.message_rule != MessageRule.NO,
            {
                MessageRule.NO: "Leave no message.",
                MessageRule.NAME_AND_NUMBER: "Your first name and a number, nothing more.",
                MessageRule.YES: "Keep it short, and say nothing about care.",
            }[request.message_rule],
        ),
    ]
    return [
        ("May we call", request.can_be_called, do_not("call", request.may_call, request)),
        *(of_a_call if request.can_be_called else []),
        ("May we text", request.can_be_texted, do_not("text", request.may_text, request)),
        ("May we email", request.may_email, "" if request.may_email else "Do not write an email."),
    ]


def do_not(what, is_allowed, request):
    if not is_allowed:
        return f"Do not {what}."
    return f"Do not {what}: the number is wrong." if request.number_is_wrong else ""


def before_you_call(request, clinic):
    """(what, words) a colleague reads before the first word is said."""
    if request.state in SILENT:
        return []
    calls, talks = request.can_be_called, request.can_be_called or request.will_call
    help_with_talking = ["Bring an interpreter to the call. It is free."] * (talks and request.needs_interpreter)
    help_with_talking += ["They use relay, TTY or captions: give them time."] * (talks and request.uses_relay)
    any_time = "" if request.safe_times else "Any time we are open"
    rows = [
        ("Ask for", name_to_say(request) if calls else ""),
        ("Code word, said first", request.code_word),
        ("Safe times, in their words", request.safe_times),
        ("When to call", sentence_case(slot_words(request, clinic)) or any_time if calls else ""),
        ("Language", request.language),
        ("Help with talking", " ".join(help_with_talking)),
    ]
    return [(what, words) for what, words in rows if words]


def hour_there(request, clinic):
    """(sentence, whether it is no hour to call) for where the person is now. 47 CFR 64.1200(c)(1)."""
    zone = request.zone(clinic)
    now = clinic.local_now().astimezone(zone)
    sentence = f"It is {hours.clock(now)} there ({hours.zone_words(zone)})."
    if request.call_at and request.call_at - now > timedelta(minutes=CALL_NOW_MINUTES):
        return f"{sentence} Too early to call: the call is set for {slot_words(request, clinic)}.", True
    if now.time() < slots.CALLS_FROM:
        return f"{sentence} Too early to call: wait until {hours.clock(slots.CALLS_FROM)}.", True
    if now.time() >= slots.CALLS_UNTIL:
        return f"{sentence} Too late to call: wait until {hours.clock(slots.CALLS_FROM)}.", True
    return sentence, False


def name_to_say(request):
    return request.name_to_ask_for or request.name


def script(request, clinic, caller, rules=None):
    """What to say, part by part. `caller` is the first name of the colleague who calls or writes, `rules` those of
    `elsewhere.strictest`, or else the request's own."""
    if request.state in SILENT:
        return []
    parts = call_script(request, clinic, caller, rules or request) if request.can_be_called else []
    number = readable(clinic.phone)
    code_word = first_words(request)
    if request.can_be_texted:
        say = [*code_word, f"This is {caller}. Please call me at {number} when it suits you."]
        parts.append(Part("In a text", say, ["Write nothing more. Others may see the screen."]))
    if request.may_email:
        say = [
            *code_word,
            f"Hello {name_to_say(request)}, this is {caller}. Please call me at {number} when it suits you.",
        ]
        parts.append(Part("In an email", say, ["Keep the subject plain: “Hello”. Write nothing about care."]))
    if request.will_call:
        say = ["Thank you for calling. What is your reference?"]
        mind = ["Without the reference, tell nobody whether anyone wrote to us."]
        parts.append(Part("When they call us", say, mind))
    return parts


def call_script(request, clinic, caller, rules):
    who, us = name_to_say(request), clinic.short_name
    if rules.may_say_who:
        to_them = [f"I am calling from {us}. You asked us to call.", "Is this a good time, and can you talk freely?"]
        mind_them = []
        to_another = [f"This is {caller} from {us}. I will try {who} again."]
        mind_another = ["Do not say why you call, or that they wrote to us."]
    else:
        to_them = ["You asked for a call. Is this a good time, and can you talk freely?"]
        mind_them = [f"Name {us} only when they say that they can talk freely."]
        to_another = [f"My name is {caller}. I will try {who} again."]
        mind_another = [
            "Give your first name only. Do not say where you call from, why, or that they wrote to us.",
            "If they ask, say: “It is a private call.”",
        ]
    if request.asking_for == AskingFor.LOVED_ONE and request.person_knows != request.PersonKnows.YES:
        mind_another.append("It may be the one they ask about, who may not know that they wrote.")
    hello = [*first_words(request), f"Hello, this is {caller}. May I speak with {who}?"]
    return [
        Part("When they answer", hello, ["Say no more until you know who it is."]),
        Part("When it is them", to_them, mind_them),
        Part("When someone else picks up", to_another, mind_another),
        voicemail_script(request, clinic, caller, rules),
    ]


def voicemail_script(request, clinic, caller, rules):
    """It names nothing but people: whoever may say where we call from to a person does not know who hears a tape."""
    number = readable(clinic.phone)
    if rules.message_rule == MessageRule.NO:
        return Part("On voicemail", [], ["Leave no message. Hang up before the tone."])
    if rules.message_rule == MessageRule.NAME_AND_NUMBER:
        # Not even the code word: the person said “nothing more”.
        return Part("On voicemail", [f"This is {caller}, {number}."], ["Say nothing more."])
    say = [*first_words(request), f"This is {caller} for {name_to_say(request)}. Please call me back at {number}."]
    return Part("On voicemail", say, ["Say nothing about care, or where you call from."])


def first_words(request):
    return [request.code_word] if request.code_word else []


def why_not_shown(request, field):
    """Why staff may not see the `phone` or the `email`, or "" when they may."""
    if request.state == State.WITHDRAWN:
        return "They took this back. We hold no number and no email."
    if request.state == State.PAUSED:
        return "They paused this. Do not call, text or write until they want to go on."
    if request.state == State.CLOSED:
        return "They asked us to stop." if request.stopped_at else "It is closed. Open it again first."
    if field == "email":
        return "" if request.may_email else "They did not allow email."
    if not (request.may_call or request.may_text):
        return "They did not allow calls or texts."
    return "The number is wrong." if request.number_is_wrong else ""


def estimate_we_hold(request, clinic):
    return "Given" if request.estimate_sent_at else sentence_case(estimate_promise(request, clinic))


def what_we_hold(request, clinic):
    """(what, words) for all that the person told us, as their private page shows it."""
    ways = [
        words
        for is_ticked, words in (
            (request.may_call, "Call"),
            (request.may_text, "Text"),
            (request.may_email, "Email"),
            (request.will_call, "I will call you"),
        )
        if is_ticked
    ]
    rows = [
        ("You ask for", request.get_asking_for_display()),
        ("Who it is", request.get_relationship_display()),
        ("Does the person know", request.get_person_knows_display()),
        ("Where you work", request.organization),
        ("Your job there", request.role),
        ("The person", request.person_name),
        ("What we call you", request.name),
        ("How we may reach you", ", ".join(ways)),
        ("Phone number", request.phone),
        ("Email", request.email),
        ("When we call", sentence_case(slot_words(request, clinic))),
        ("Time zone", hours.TIME_ZONES.get(request.time_zone, request.time_zone)),
        ("May we say where we call from", "Yes" if request.may_say_who else "No") if request.may_call else ("", ""),
        ("May we leave a message", request.get_message_rule_display()) if request.may_call else ("", ""),
        ("Another name to ask for", request.name_to_ask_for),
        ("Code word", request.code_word),
        ("Safe times", request.safe_times),
        ("What you think about", request.program.short_name if request.program else "I am not sure yet"),
        ("Language", request.language),
        ("Interpreter", "Yes" if request.needs_interpreter else ""),
        ("Relay, TTY or captions", "Yes" if request.uses_relay else ""),
        ("An estimate", estimate_we_hold(request, clinic) if request.wants_estimate else ""),
        ("What you wrote", request.message),
        ("Your reference by email", "Yes" if request.wants_receipt else ""),
        ("What you agreed to", request.consent_wording),
        ("When you agreed", when_it_was(request.consented_at, request, clinic)),
        ("Where you agreed", request.consent_page),
        ("Version of these words", request.consent_version),
        ("Version of our privacy notice", str(request.privacy_version or "")),
    ]
    return [(what, words) for what, words in rows if words]


def what_they_told_us(request):
    """(what, words) for staff, without how to reach the person."""
    rows = [
        ("Asks for", ASKS_FOR[request.asking_for]),
        ("Who it is to them", request.get_relationship_display()),
        ("Does the person know", request.get_person_knows_display()),
        ("Works at", request.organization),
        ("Works as", request.role),
        ("The person, who agreed to be named", request.person_name),
        ("Name to use", request.name),
        ("Thinks about", request.program_words),
        ("In their words", request.message),
    ]
    return [(what, words) for what, words in rows if words]
