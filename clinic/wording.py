"""The word lint: words that hurt, claims a clinic may not make, text that is hard to read. It warns; staff decide.

The words are those of NIDA's “Words Matter” and Shatterproof; the claims are those the FTC has acted against.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from django.db import models
from django.utils.text import capfirst

GRADE, EASY_GRADE, FEWEST_WORDS = 8, 6, 30


@dataclass(frozen=True)
class Finding:
    words: str
    reason: str
    better: str

    def __str__(self):
        return f"“{self.words}”. {self.reason} {self.better}"


@dataclass(frozen=True)
class Rule:
    pattern: str  # a space in it stands for a hyphen too
    reason: str
    better: str
    unless: str = ""  # words close by that make it right


# What to look for

HURTS = "It can hurt: it makes an illness the whole person, or blames them for it."
INSTEAD = {
    r"addicts?|junkies?|druggies?|crackheads?|drunks": "person with a substance use disorder",
    r"(?<!non )alcoholics?(?! (?:drinks?|beverages?))": "person with an alcohol use disorder",
    r"(?<!wheelchair )(?<!reader )(?<!keyboard )(?<!relay )users?(?! (?:names?|friendly))": "person who uses drugs",
    r"(?:drug|substance|alcohol|opioid) abuse|abuse of (?:drugs|alcohol|substances|opioids)": "drug use",
    r"abus(?:es?|ed|ing) (?:drugs|alcohol|substances|opioids)": "uses drugs",
    r"(?:drug |substance |alcohol )?abusers?": "person who uses drugs; person who hurts someone",
    r"drug habits?": "drug use",
    r"(?:am|is|are|be|was|were|been|being|i'm|they're|gets?|got|getting|stay(?:s|ed|ing)?|test(?:s|ed|ing)?"
    r"|not|years|months|weeks|days) clean(?! (?:rooms?|clothes|clothing|towels?|bed(?:s|ding)?|linens?|water|air))"
    r"|clean (?:and sober|time|dates?|for|since|tests?|screens?|urines?|samples?)": "not using; a negative test",
    r"(?:is|are|was|were|test(?:s|ed|ing)?|came (?:back|up)) dirty"
    r"|dirty (?:drug )?(?:tests?|screens?|urines?|samples?)": "using; a positive test",
    r"suffer(?:s|ed|ing)? (?:from|with)|sufferers?|afflicted (?:with|by)": "has; lives with",
    r"victims?": "survivor; person hurt by violence",
    r"(?:the )?mentally ill|mental patients?|schizophrenics?": "person with a mental health condition",
    r"commit(?:s|ted|ting)? suicide|(?:successful|completed) suicides?": "died by suicide",
    r"(?:failed|unsuccessful) suicides?|suicidal (?:people|persons?|patients?|clients?)": "thinking about suicide",
    r"relaps(?:e|es|ed|ing|ers?)|f(?:all|alls|alling|ell|allen) off the wagon": "return to use; staying well",
    r"(?:opioid|opiate) (?:replacement|substitution)(?: therapy| treatment)?": "medication for opioid use disorder",
    r"drop(?:s|ped|ping)? outs?|dropouts?|treatment failures?"
    r"|fail(?:s|ed|ing)? (?:out|rehab|treatment|(?:the|a|our) program)": "needs more support for a while",
    r"severe cases?": "people who need more support",
}

CLAIM = "A clinic may not claim this: nobody can promise or prove it."
EXACT = "Say exactly what you do, and only what is true."
OFFER = "Say what you offer."
NO_NUMBER = "Leave the number out."
SOURCE = "Say who found it, or leave it out."
NUMBER = r"(?:\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
CLAIMS = {
    r"hipaa ?(?:compliant|compliance|certified|approved|secure)": EXACT,
    r"(?:completely|totally|fully|strictly|absolutely|always) (?:confidential|anonymous|private|secure)": EXACT,
    r"(?<!no )(?<!not )(?<!not a )(?<!never )(?<!cannot )(?<!can't )(?<!don't )guarantee(?:s|d|ing)?": EXACT,
    r"(?<!no )(?<!not )(?<!not a )cur(?:e|es|ed|ing)|miracles?|risk free|painless": "Say what care can help with.",
    r"(?:success|recovery|completion) rates?": NO_NUMBER,
    rf"{NUMBER} (?:in|out of) {NUMBER} (?:people|patients|clients|of our)": NO_NUMBER,
    r"#1|number one|no\. 1|best in class|top rated|world class|second to none": OFFER,
    r"(?:the|our) (?:best|leading|premier) (?:possible )?(?:care|treatment|programs?|clinics?|cent(?:er|re)s?|rehab"
    r"|therap(?:y|ies|ists?)|staff|team|provider|results?|outcomes?)": OFFER,
    r"(?<!not )(?:clinically |scientifically )?proven": SOURCE,
    r"(?:the )?most effective|(?:just )?as effective|more effective(?: than)?|if not more so": SOURCE,
}
PERCENT = r"(?:\d{1,3}(?:[.,]\d{1,3})?|hundred) ?(?:%|percent)"
OUTCOME = r"\b(?:sober|recover|succe|graduat|finish|complet|well|better|confidential|private|safe|satisf)"
MONEY = (
    rf"^(?!.*{OUTCOME}).*"
    r"\b(?:pa(?:y|ys|id)|costs?|bills?|plans?|coinsurance|insur\w+|prices?|fees?|charges?|estimates?|income|dollars)\b"
)

PRESSES = "It presses people who need time."
CALM = "Say that they can take their time."
PRESSURE = {
    r"act (?:now|today|fast)|today only|last chance|before it's too late|what are you waiting for": CALM,
    r"limited (?:time|spots?|spaces?|places|beds|openings|availability|offers?)": "Say whether there is room.",
    r"while (?:spots|spaces|places|beds|openings) last": "Say whether there is room.",
}
WAIT = r"(?:don't|do not) wait(?= ?[^\w\s]|$| (?:another|any longer|to call|to get|until it))"
URGENT = r"\b(?:911|988|emergency|danger|overdose|life)\b"

VAGUE = r"(?<!more )and (?:much |many |lots )?more(?=[.!?:;)]|$)|etc|and so (?:on|forth)"
COMPUTED = "Pages compute this from the tracks; typed, it will one day contradict them."
AMOUNT = (
    rf"{NUMBER}(?: (?:to|or) {NUMBER}| ?- ?{NUMBER})? (?:hours?|days?|times|sessions?)"
    r" (?:(?:a|per|each|every) week|weekly)"
)

RULES = [
    *(Rule(pattern, HURTS, f"Write “{words}”.") for pattern, words in INSTEAD.items()),
    *(Rule(pattern, CLAIM, better) for pattern, better in CLAIMS.items()),
    Rule(PERCENT, CLAIM, NO_NUMBER, unless=MONEY),
    *(Rule(pattern, PRESSES, better) for pattern, better in PRESSURE.items()),
    Rule(WAIT, PRESSES, CALM, unless=URGENT),
    Rule(VAGUE, "It says that there is more without saying what.", "Name the rest, or end the list."),
    Rule(AMOUNT, COMPUTED, "Leave it out."),
]
SHORT_FOR_MEDICATION = Rule(
    r"(?-i:MAT)",
    "Few readers know the letters.",
    "Write “medication for opioid use disorder”, or explain it once: “medication-assisted treatment (MAT)”.",
)
EXPLAINED = re.compile(r"treatments? \(MAT\)", re.IGNORECASE)
HEARD_AROUND = 100  # characters on each side of the words


def whole_words(patterns):
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


ALL_RULES = [*RULES, SHORT_FOR_MEDICATION]
LINT = whole_words(f"(?P<rule{n}>{rule.pattern.replace(' ', '[ -]')})" for n, rule in enumerate(ALL_RULES))
NEAR = {rule: re.compile(rule.unless, re.IGNORECASE) for rule in RULES if rule.unless}

# Looking

SAME = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("‘’ʼ′", "'")
    | dict.fromkeys("“”", '"')
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff")  # nothing that a reader sees
)
LINE_MARKS = re.compile(r"\s*(?:>|#{1,6}(?=\s)|[-+*](?=\s)|\d{1,9}[.)](?=\s)|\|)")
INNER_MARKS = re.compile(r"\]\([^()\s]*\)|https?://\S+|[*_`\[\]\\]")
SENTENCE_END = re.compile(r"(?<=[.!?:])\s|(?<=[.!?:][\"')])\s|\n")
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['-])*")


@lru_cache(maxsize=2000)  # the staff home looks at every text there is
def findings(text, *, grade_limit=GRADE, exceptions=(), other_names=()):
    """What to look at in a text. A finding inside one of the phrases of `exceptions` passes. `other_names` are what a
    heading may not say: the names of other programs."""
    blocks = plain(text)
    passing = pattern_of(exceptions)
    others = pattern_of(other_names)
    is_explained = any(EXPLAINED.search(block) for block in blocks)
    found = {}
    for block in blocks:
        passes = spans_check(passing, block)
        for match in LINT.finditer(block):
            if match[0].lower() in found:
                continue
            rule = ALL_RULES[int(match.lastgroup.removeprefix("rule"))]
            around = block[max(match.start() - HEARD_AROUND, 0) : match.end() + HEARD_AROUND]
            is_right = (rule in NEAR and NEAR[rule].search(around)) or (rule is SHORT_FOR_MEDICATION and is_explained)
            if not is_right and not passes(match):
                found[match[0].lower()] = Finding(match[0], rule.reason, rule.better)
        for match in others.finditer(block) if others else ():
            if not passes(match):
                better = "Name the page's own program, or none."
                found.setdefault(match[0].lower(), Finding(match[0], "This heading names another program.", better))
    return (*found.values(), *hard_to_read(blocks, grade_limit, passing))


def hard_to_read(blocks, limit, passing):
    """A finding when the text asks for too many years of school. Its words are the text's first ones: an exception for
    those lets the whole text pass."""
    text = "\n".join(blocks)
    if sum(1 for _ in WORD.finditer(text)) < FEWEST_WORDS or (years := grade(text)) <= limit:
        return
    opening = re.match(r".{0,59}\S(?!\S)|.{60}", text)
    if not spans_check(passing, text)(opening):
        reason = f"The text that starts so reads at grade {years:.1f}; {limit} is the most."
        yield Finding(opening[0], reason, "Use shorter sentences and shorter words.")


def plain(text):
    """The text as it is read, without Markdown's marks: one line for each paragraph, heading, point or cell."""
    blocks = [[]]
    for line in text.translate(SAME).splitlines():
        mark = LINE_MARKS.match(line)
        if mark or not line.strip():
            blocks.append([])
        cells = line.split("|") if mark and mark[0].endswith("|") else [line[mark.end() :] if mark else line]
        for n, cell in enumerate(cells):
            if n:
                blocks.append([])
            blocks[-1] += INNER_MARKS.sub("", cell).split()
    return [" ".join(words) for words in blocks if words]


@lru_cache
def pattern_of(phrases):
    """Finds any of these phrases, however their quotes and hyphens are written; None without phrases."""
    longest_first = [" ".join(plain(phrase)) for phrase in sorted(phrases, key=len, reverse=True)]
    whole = [re.escape(phrase) for phrase in longest_first if phrase]  # of a mark alone nothing is left
    return whole_words(whole) if whole else None


def spans_check(pattern, text):
    """Says of a match in this text whether it stands inside something that the pattern finds."""
    spans = [match.span() for match in pattern.finditer(text)] if pattern else []
    starts = [start for start, _end in spans]

    def is_inside(match):
        before = bisect_right(starts, match.start())
        return before > 0 and match.end() <= spans[before - 1][1]

    return is_inside


@lru_cache(maxsize=10_000)
def syllables(word):
    word = re.sub(r"[^a-z]", "", word.lower())
    if len(word) > 3:
        word = re.sub(r"(?<![aeiouyl])(es|ed)$|(?<!l)e$", "", word)
    return max(len(re.findall(r"[aeiouy]+", word)), 1)


def grade(text):
    """The Flesch-Kincaid grade: the years of school that a text asks for."""
    sentences = [part for part in SENTENCE_END.split(text) if WORD.search(part)]
    words = WORD.findall(text)
    if not words:
        return 0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


# Rows

# Every text column is the public's to read, and linted, except slugs, addresses, choices and these.
NOT_READ = {
    "clinic.Alert": {"link_path"},
    "clinic.Clinic": {"phone", "time_zone"},
    "clinic.HelpLine": {"call_number", "text_number"},
    "clinic.LanguageLine": {"name", "own_name", "code", "text"},  # not English
    "clinic.LoadedEntry": {"entry"},
    "clinic.Location": {"state", "postal_code"},
    "clinic.PageVersion": {"title", "lead", "body"},  # what was said cannot be changed
    "clinic.Photo": {"key"},
    "clinic.Redirect": {"old_path", "new_path"},
    "clinic.ReferralContact": {"phone"},
    "clinic.Signpost": {"path"},
    "clinic.WordingException": {"phrase", "reason"},
    "programs.LevelOfCare": {"code", "code_edition"},
    "programs.Program": {"aliases"},  # what people type into the search
    "programs.SearchAlias": {"typed", "finds"},  # the same
    "programs.SessionOutline": {"name"},
    "programs.Track": {"hours_reason"},
}
# Headings on the page of one program: a name of another does not belong there.
HEADINGS = {"programs.ProgramSection": {"heading"}}
# Words for somebody in a crisis, the words of forms, and those for one person.
EASY_READING = {
    "clinic.HelpLine": lambda line: True,
    "clinic.Page": lambda page: page.kind == "leaving",
    "clinic.PageText": lambda text: text.page == "request",
    "clinic.ReferralContact": lambda contact: True,
    "programs.Criterion": lambda criterion: criterion.kind == "crisis",
    "programs.GuideAnswer": lambda answer: True,
    "programs.GuideQuestion": lambda question: True,
}


@lru_cache(maxsize=100)
def columns(model):
    """The text columns of a model that the public reads."""
    left_out = NOT_READ.get(model._meta.label, set())
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.SlugField | models.URLField)
        and not field.choices
        and field.name not in left_out
    ]


def of_row(row, exceptions=(), program_names=None):
    """[(label of the column, Finding), ...] of a row. `program_names` are {primary key: names} of all programs."""
    label = row._meta.label
    is_easy = EASY_READING.get(label, lambda _row: False)(row)
    found = []
    for field in columns(type(row)):
        others = names_of_others(row, program_names or {}) if field.name in HEADINGS.get(label, ()) else ()
        limit = EASY_GRADE if is_easy else GRADE
        text = getattr(row, field.name) or ""
        for finding in findings(text, grade_limit=limit, exceptions=exceptions, other_names=others):
            found.append((capfirst(field.verbose_name), finding))
    return found


def names_of_program(program):
    """All that people call a program."""
    names = [program.title, program.short_name, *program.aliases.split(",")]
    return [name.strip() for name in names if name.strip()]


def names_of_others(row, program_names):
    """What other programs than the row's own are called, but for names inside one of its own ("IOP")."""
    own = "\n".join(program_names.get(row.program_id, ())).lower()
    others = {name for pk, names in program_names.items() if pk != row.program_id for name in names}
    return tuple(sorted(name for name in others if name.lower() not in own))
