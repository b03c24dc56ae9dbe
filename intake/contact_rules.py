"""What may be done with this number and this address: the person's own rules, in words for them and for staff."""

from clinic import hours
from clinic.phone import dialable, readable
from intake import slots
from intake.models import ConsultationRequest
from programs.facts import sentence_case

MessageRule = ConsultationRequest.MessageRule
SILENT = (ConsultationRequest.State.PAUSED, *ConsultationRequest.OVER)


def when_we_reply(request, clinic):
    """ "by 4:30 pm today", or "" when no hours are set."""
    if request.reply_by is None:
        return ""
    return f"by {hours.moment_words(request.reply_by.astimezone(clinic.zone), clinic.local_now())}"


def slot_words(request, clinic):
    zone = request.zone(clinic)
    return slots.words(request.call_at, clinic.zone, clinic.local_now(), zone) if request.call_at else ""


def moment_words(moment, clinic, zone):
    """ "Tomorrow, 3 pm Eastern time, which is 2 pm Central time"; the second part for a person in another zone."""
    ours, theirs, now = moment.astimezone(clinic.zone), moment.astimezone(zone), clinic.local_now()

    def day(date):
        return hours.day_words(date, now.date())

    here = f"{sentence_case(day(ours.date()))}, {hours.clock(ours)} {hours.zone_words(clinic.zone)}"
    if ours.utcoffset() == theirs.utcoffset():
        return here
    their_day = "" if ours.date() == theirs.date() else f"{hours.date_words(theirs.date())}, "
    return f"{here}, which is {their_day}{hours.clock(theirs)} {hours.zone_words(zone)}"


def consultation_words(request, clinic):
    return moment_words(request.consultation_at, clinic, request.zone(clinic))


def estimate_words(request, clinic):
    return hours.day_words(request.estimate_due, clinic.local_now().date())


def number_end(request):
    return (dialable(request.phone) or request.phone)[-2:]


def what_we_do(request, clinic):
    """What the person was promised, sentence by sentence. It shows no more of a number than its end."""
    if request.state in SILENT:
        return ["We do not call, text or write to you. An answer to a question stands on your private page."]
    lines = []
    if request.may_call:
        when = slot_words(request, clinic) if request.call_at else "while we are open"
        lines.append(f"We call the number that ends in {number_end(request)}: {when}.")
        lines.append(f"Our number is {readable(clinic.phone)}. It may show as private.")
        lines.append(f"We ask for {request.name_to_ask_for or request.name}.")
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
    if request.may_text:
        lines.append(f"We may text the number that ends in {number_end(request)}.")
    if request.may_email:
        lines.append("We write to the email address you gave us.")
    if request.will_call:
        lines.append(f"You can call us at {readable(clinic.phone)}. Give your reference.")
    if request.safe_times:
        lines.append("We keep to the times that are safe for you.")
    if request.needs_interpreter:
        lines.append("We bring an interpreter to the call. It is free.")
    if request.wants_estimate:
        lines.append(f"You get an estimate of what care may cost by {estimate_words(request, clinic)}.")
    if not (request.may_call or request.may_text or request.may_email):
        lines.insert(0, "We do not call or write to you. Our answer waits on your private page.")
    return lines


def call_sheet(request):
    """(question, is allowed, what to do) for staff, before they see a number."""
    if request.state in SILENT:
        question = f"{request.get_state_display()}. May we call, text or write"
        return [(question, False, "Leave answers on the private page only.")]
    return [
        ("May we call", request.may_call, "" if request.may_call else "Do not call."),
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
        ("May we text", request.may_text, "" if request.may_text else "Do not text."),
        ("May we email", request.may_email, "" if request.may_email else "Do not write an email."),
    ]


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
        ("An estimate", f"By {estimate_words(request, clinic)}" if request.wants_estimate else ""),
        ("What you wrote", request.message),
    ]
    return [(what, words) for what, words in rows if words]
