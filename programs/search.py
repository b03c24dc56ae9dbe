"""Search: documents and words in, ranked groups of results out. Typing errors are forgiven, and no words can fail.

The index is an FTS5 table in memory, so it does not matter what kind of database the site has.
"""

import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain

MOST_LETTERS = 400  # of what was typed; the rest is not looked at
MOST_WORDS = 12
MOST_CORRECTED = 6  # each is compared with every word the site knows
MOST_RESULTS = 8  # of one group
SHORTEST_PREFIX = 3
SHORTEST_FORGIVEN = 6
CLOSE_ENOUGH = 0.78  # one wrong letter in five
WEIGHTS = "10, 6, 6, 1"  # of the columns: title, also_called, keywords, text
LINE_TOKENS = 28
START, END = "\ue000", "\ue001"  # around a found word; documents hold no such characters

WORD = re.compile(r"[^\W_]+")
APOSTROPHE_END = re.compile(r"(?<=\w)['’](?:s|t|m|d|ll|re|ve)\b", re.IGNORECASE)
SMALL_WORDS = frozenset(
    WORD.findall(
        "a about am an and any are as at be been but by can could did do does for from get had has have he her here him"
        " his how i if in into is it its just me much my myself no not of on or our out she should so some than that"
        " the their them then there these they this those to too up us want was we were what when where which who why"
        " will with without would you your"
    )
)
# One letter away from words of this site, and meant as they are.
REAL_WORDS = frozenset(
    WORD.findall(
        "action breast camera chance crying defend expert father fellow master planet priest prison remote secret"
        " simple stairs string thread wander winner writer"
    )
)
# They tell that somebody wrote in Spanish, so none is an English word.
SPANISH_WORDS = frozenset(
    WORD.findall(
        "ayuda ayudar beber cuando cuanto cuesta de dejar del donde drogas el ella espanol esposa esposo esta"
        " estoy gracias gratis habla hablan hablo hermana hermano hija hijo hola las los madre mas matar"
        " morir muy necesita necesito padre para pega pero por porque puede puedo que quien quiere quiero respira"
        " soy tengo tiene tomar tratamiento una vivir yo"
    )
)


@dataclass(frozen=True)
class Document:
    """A page, or a part of one with an address of its own. `passages` are (anchor, text); the first one sums it up."""

    group: str
    path: str
    title: str
    passages: tuple
    also_called: str = ""
    keywords: str = ""
    comes_last: bool = False  # unless its own title holds all the words


@dataclass(frozen=True)
class Result:
    path: str
    title: list  # of (text, is_marked)
    line: list  # of (text, is_marked)
    also_called: list  # of (text, is_marked); only when a word was found there


@dataclass(frozen=True)
class Group:
    name: str
    results: list
    left_out: int


@dataclass(frozen=True)
class Answer:
    groups: list
    count: int
    corrected: str = ""  # what was looked for instead of what was typed
    is_cut: bool = False  # there were more words than we look for
    most_words: int = MOST_WORDS


def fold(text):
    """Small letters without accents, as the index has them."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def words_of(typed):
    """The words of any script in what was typed. Whatever means something to a database is gone."""
    # Cut again: folded, one letter can become eighteen.
    return WORD.findall(fold(APOSTROPHE_END.sub("", typed[:MOST_LETTERS]))[:MOST_LETTERS])


def is_spanish(typed):
    return "ñ" in typed.casefold() or not SPANISH_WORDS.isdisjoint(words_of(typed))


def shown_back(typed):
    """What was typed, as a page can show it."""
    return "".join(letter for letter in in_one_line(typed[:MOST_LETTERS]) if letter.isprintable())


def exactly(word):
    return f'"{word}"'


def beginning_with(word):
    return f'"{word}" *'


def any_of(expressions):
    return " OR ".join(filter(None, expressions))


def telling(words):
    """Without those that stand everywhere and single digits, unless there are no others."""
    return [word for word in words if word not in SMALL_WORDS and not (word.isdigit() and len(word) == 1)] or words


def singular(word):
    return word.removesuffix("s")


def stands_in(phrase, words):
    """Whether these words follow each other in the others, if one forgives a plural."""
    return bool(phrase) and f" {' '.join(map(singular, phrase))} " in f" {' '.join(map(singular, words))} "


def parts(text):
    """Text with sentinels as [(text, is_marked), ...]."""
    pieces = re.split(f"{START}(.*?){END}", text, flags=re.DOTALL)
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]


def in_one_line(text):
    return " ".join(text.replace(START, "").replace(END, "").replace("\0", "").split())


class Index:
    """Built once for the same documents; many threads may then search it."""

    def __init__(self, documents):
        self.documents = documents
        self.places = []  # (document, anchor) of each row
        self.heads = []  # of each document the row that holds its title
        rows = []
        for number, document in enumerate(documents):
            self.heads.append(len(rows))
            head = [document.title, document.also_called, document.keywords]
            for anchor, text in document.passages or [("", "")]:
                rows.append((len(rows), *map(in_one_line, [*head, text])))
                self.places.append((number, anchor))
                head = ["", "", ""]
        self.connection = sqlite3.connect(":memory:", check_same_thread=False)
        self.connection.execute(
            "CREATE VIRTUAL TABLE passage USING fts5(title, also_called, keywords, text,"
            " tokenize='porter unicode61 remove_diacritics 2')"
        )
        self.connection.executemany(
            "INSERT INTO passage (rowid, title, also_called, keywords, text) VALUES (?, ?, ?, ?, ?)", rows
        )
        self.connection.commit()

    def search(self, typed, aliases=(), *, forgives=True):
        """`aliases` are (typed, finds): who types the one also finds what holds all words of the other, or of one of
        its parts between commas. Without `forgives`, every word is taken as it was typed."""
        all_words = words_of(typed)
        words = all_words[:MOST_WORDS]
        aliases = [(words_of(phrase), finds) for phrase, finds in aliases]
        names = {word for phrase, _ in aliases for word in phrase}
        for phrase, finds in aliases:
            if SMALL_WORDS.issuperset(phrase) and stands_in(phrase, words):
                words = words + words_of(finds)  # “how much” says more than its words
        spelled, terms = {}, {}
        unknown = [word for word in telling(words) if forgives and word not in names and not self.expression(word)]
        corrected = {word: self.closest(word, names) for word in unknown[:MOST_CORRECTED]}
        for word in telling(words):
            spelled[word] = corrected.get(word, "") if word in unknown else word
            terms[word] = [self.expression(spelled[word])]
        read = [spelled.get(word) or word for word in words]
        for phrase, finds in aliases:
            if stands_in(phrase, read):
                for word in terms:
                    if singular(spelled[word]) in map(singular, phrase):
                        terms[word] += map(self.alias_expression, finds.split(","))
        expressions = [any_of(found) for found in terms.values() if any(found)]
        groups, count = self.results(expressions) if expressions else ([], 0)
        is_corrected = any(other not in ("", word) for word, other in spelled.items())
        return Answer(groups, count, " ".join(read) if is_corrected else "", len(all_words) > MOST_WORDS)

    def rows(self, expression):
        found = self.connection.execute("SELECT rowid FROM passage WHERE passage MATCH ?", [expression])
        return {row for (row,) in found}

    def expression(self, word):
        """How to look for a word that the index knows, whole or as the beginning of others; "" for an unknown one."""
        is_long = len(word) > SHORTEST_PREFIX
        if word and self.rows(exactly(word)):
            # "therapy" finds "therapist" too; "men" does not find "mental".
            return any_of([exactly(word), beginning_with(word)]) if is_long else exactly(word)
        if len(word) >= SHORTEST_PREFIX and self.rows(beginning_with(word)):
            return beginning_with(word)
        return ""

    def alias_expression(self, finds):
        """All of these words in one passage, or any of them when no passage has all."""
        words = list(map(exactly, telling(words_of(finds))))
        together = f"({' AND '.join(words)})" if words else ""
        return together if together and self.rows(together) else any_of(words)

    @cached_property
    def vocabulary(self):
        """{word: how often it stands in the documents} of the words that a typing error may have meant."""
        columns = self.connection.execute("SELECT title, also_called, keywords, text FROM passage")
        counted = Counter(WORD.findall(fold(" ".join(chain.from_iterable(columns)))))
        return {word: times for word, times in counted.items() if len(word) >= SHORTEST_FORGIVEN}

    def closest(self, word, names):
        """The known word, or the name of an alias, that somebody may have meant; "" when none is near.

        Short words are real ones as often as slips (“kill”, “skill”), and few people miss the first letter.
        """
        if len(word) < SHORTEST_FORGIVEN or word in REAL_WORDS:
            return ""
        matcher = SequenceMatcher(b=word)
        best = (CLOSE_ENOUGH, 0, "")
        for known in {*self.vocabulary, *names}:
            if known[0] != word[0] or abs(len(known) - len(word)) > 1:
                continue
            matcher.set_seq1(known)
            if matcher.quick_ratio() >= best[0]:
                best = max(best, (matcher.ratio(), self.vocabulary.get(known, 0), known))
        return best[2]

    def results(self, expressions):
        """([Group, ...], how many results). What holds more of the words comes first, then what has them in its title,
        then what was given first."""
        words_in_row, words_in_document, words_in_title = Counter(), Counter(), Counter()
        for found in expressions:
            rows, titles = self.rows(found), self.rows(f"{{title also_called keywords}} : ({found})")
            words_in_row.update(rows)
            words_in_document.update({self.places[row][0] for row in rows})
            words_in_title.update({self.places[row][0] for row in titles})
        expression = any_of(expressions)
        weights = self.connection.execute(
            f"SELECT rowid, bm25(passage, {WEIGHTS}) FROM passage WHERE passage MATCH ?", [expression]
        )
        best = {}  # the best row of each document; less is better, as bm25 counts
        for row, weight in weights:
            number, _ = self.places[row]
            rank = (-words_in_row[row], round(weight), row)  # what weighs about the same keeps the given order
            best[number] = min(best.get(number, rank), rank)
        by_group = defaultdict(list)

        def order(number):
            held, named = words_in_document[number], words_in_title[number]
            comes_last = self.documents[number].comes_last and named < len(expressions)
            held_together, weight, _ = best[number]
            # Only in titles does the weight tell: else a short page about a plan stands above a program.
            return comes_last, -held, -named, held_together, weight if named else 0, number

        for number in sorted(best, key=order):
            by_group[self.documents[number].group].append(number)
        shown = {number: best[number][-1] for found in by_group.values() for number in found[:MOST_RESULTS]}
        lines = self.lines(expression, shown)
        groups = [
            Group(name, [lines[number] for number in found[:MOST_RESULTS]], max(0, len(found) - MOST_RESULTS))
            for name, found in by_group.items()
        ]
        return groups, len(best)

    def lines(self, expression, shown):
        """{document: Result}. `shown` is {document: the row whose text says best why it was found}."""
        wanted = sorted({*shown.values(), *(self.heads[number] for number in shown)})
        marked = self.connection.execute(
            f"SELECT rowid, highlight(passage, 0, ?1, ?2), highlight(passage, 1, ?1, ?2),"
            f" snippet(passage, 3, ?1, ?2, '…', {LINE_TOKENS}) FROM passage"
            # The + keeps SQLite from searching anew for each row.
            f" WHERE passage MATCH ?3 AND +rowid IN ({', '.join(map(str, wanted))})",
            [START, END, expression],
        )
        columns = {row: tuple(map(parts, texts)) for row, *texts in marked}
        results = {}
        for number, row in shown.items():
            document, anchor = self.documents[number], self.places[row][1]
            title, also_called, _ = columns.get(self.heads[number], ([(in_one_line(document.title), False)], [], []))
            results[number] = Result(
                path=f"{document.path}#{anchor}" if anchor else document.path,
                title=title,
                line=columns[row][2],
                also_called=also_called if any(is_marked for _, is_marked in also_called) else [],
            )
        return results
