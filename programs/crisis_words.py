"""Words that put help first. They stand in code: they must be found when the site has no content at all.

Too often is better than too seldom: nobody is kept from the results, help only stands above them. Yet words that many
people look up on any day (“drink too much”, “substance abuse”, “my father died”) do not count.
"""

from programs.models import FirstHelp
from programs.search import MOST_LETTERS, WORD, fold

MOST_WORDS = 100
MOST_BETWEEN = 2  # other words between two words of a phrase: “end this awful life”
SHORTEST_WITH_ENDINGS = 4
SHORTEST_FORGIVEN = 6  # shorter words have neighbors that mean something else: “raped” and “rapid”

# The words of a phrase stand in this order; | parts words that count as the same.
PHRASES = {
    FirstHelp.NALOXONE: """
overdose|sobredosis
od|oded
took|taken|swallow|swallowed|had|used|ate too|to|way much|many
too|to many pill|tablet
not|isnt|cant|cannot|hardly|barely|hard|trouble|stopped|stop|difficulty|struggle|shallow breathe|breath
no respira|respirar
cant|cannot|not|wont|doesnt|isnt|didnt wake|waking|wakeup|respond|moving
unconscious|unresponsive
passed|passing out
blue|purple|gray|grey lip|lips|skin|face
alcohol poisoning
""",
    FirstHelp.EMERGENCY: """
seizure|convulsion
delirium tremens
chest pain
heart attack
bleeding
emergency|emergencies|911
""",
    FirstHelp.VIOLENCE: """
hit|hits|hitting|hurt|beat|choke|strangle|punch|slap|abuse|abusing|threaten|attack me
being|been|getting|gets|got hit|hurt|beaten|beat|abused|abuse|choked|attacked|threatened
rape|molest|assault
abusive|violent husband|wife|partner|boyfriend|girlfriend|relationship|marriage|home|parent|father|mother|dad|mom|ex
domestic|sexual|partner|child abuse|violence
abuse|violence|unsafe|danger home
not safe home
afraid|scared husband|wife|partner|boyfriend|girlfriend|father|mother|dad|mom|ex|him|her|home
me pega|golpea|maltrata|amenaza
""",
    FirstHelp.LIFELINE: """
suicide|suicidal|suicidio|suicidarme|selfharm|kms
kill|kil|killmyself|matarme
quiero|quisiera morir|morirme|matar
no puedo|aguanto|quiero mas|vivir
die|dies|dying|wanttodie
want|wanna|wish|rather|better dead
want|wanna|going disappear|vanish|hurt|harm
dont|not|no want live|exist|wake
dont|not want be here|alive|anymore
cant|cannot|not go on
cant|cannot|not take|do it|this anymore
not|isnt worth living|it|anything
no|nothing reason|point live|living|life|going
nothing live for
tired living|life
end|ending|take|taking|took my life
end|ending it all
goodbye|suicide note|letter
hurt|harm|cut|cutting|hang|shoot|drown|stab|burn|starve|poison|injure myself|meself|self
self harm|injury|mutilation|hurt
jump off|bridge
hallucinate|hallucination
seeing things
hear|hearing voices
hurt|harm|shoot|stab someone|somebody|him|her|them|baby|kids|child|children|people|others
not safe
unsafe|danger
crisis|urgent|lifeline|hotline|988
help now
""",
}


def endings(word):
    """The word itself and how it ends elsewhere: kills, killing; breathing; slapped. Short words only as they are."""
    if len(word) < SHORTEST_WITH_ENDINGS:
        return {word}
    stem, doubled = word.removesuffix("e"), word + word[-1]
    return {word, word + "s", word + "es", stem + "ed", stem + "ing", doubled + "ed", doubled + "ing"}


CRISIS = {
    first: [[set(words.split("|")) for words in line.split()] for line in lines.strip().splitlines()]
    for first, lines in PHRASES.items()
}
FORMS = {word: endings(word) for phrases in CRISIS.values() for phrase in phrases for words in phrase for word in words}


def is_one_slip(typed, word):
    """Whether they are the same, or one letter is wrong, missing or too many, or two are swapped."""
    if abs(len(typed) - len(word)) > 1:
        return False
    at = 0
    while at < min(len(typed), len(word)) and typed[at] == word[at]:
        at += 1
    rest, wanted = typed[at:], word[at:]
    swapped = wanted[1::-1] + wanted[2:]
    return rest[1:] == wanted[1:] or rest == wanted[1:] or rest[1:] == wanted or rest == swapped


def meant_by(typed):
    """The crisis words that a typed word may be."""
    return {
        word
        for word, forms in FORMS.items()
        if typed in forms or (len(word) >= SHORTEST_FORGIVEN and any(is_one_slip(typed, form) for form in forms))
    }


def first_help(typed):
    """Who can help somebody who typed this, the most urgent first; [] when nothing says that anyone is in danger."""
    letters = fold(typed[:MOST_LETTERS])[:MOST_LETTERS].replace("'", "").replace("’", "")
    meant = [meant_by(word) for word in WORD.findall(letters)[:MOST_WORDS]]
    return [first for first, phrases in CRISIS.items() if any(holds(meant, phrase) for phrase in phrases)]


def holds(meant, phrase):
    """Whether the words of a phrase follow each other, with few others between."""
    ends = {at for at, words in enumerate(meant) if words & phrase[0]}
    for wanted in phrase[1:]:
        ends = {
            at
            for at, words in enumerate(meant)
            if words & wanted and any(at - step in ends for step in range(1, MOST_BETWEEN + 2))
        }
    return bool(ends)
