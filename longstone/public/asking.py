"""How is a form of the shelf asked, and its answer read? Strictly, within its limits; every mistake is a sentence beside its question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from longstone.public import guards
from longstone.public.shelf import MOST_BYTES, Form, Question

NUMBER = RegexValidator(r"^\+?[0-9][0-9 ()-]{6,20}$", "Write the number with its area code, such as 01632 960001.")
ONE_OF = "Answer at least one of these, so that we can reach you."
TRAP = "A field that people do not see was filled in. It is empty again: please send this again."
HOLDS = "This seems to hold {what}. Take it out: nothing here may say who somebody is."
ASK = "Is any of these a person's name or nickname: {words}? If so, take it out. If not, say so at the end, and send again."


class Asked(forms.Form):
    """A form of the shelf, asked on a page; `website` is a trap for machines, which fill in everything."""

    use_required_attribute = False
    website = forms.CharField(required=False, max_length=500)
    warned = forms.CharField(required=False, max_length=MOST_BYTES, widget=forms.HiddenInput)
    checked = forms.BooleanField(required=False)

    def __init__(self, form: Form, today: date, data: Any = None) -> None:
        super().__init__(data, auto_id="q_%s")
        self.form, self.today = form, today
        self.doubts: list[str] = []  # odd words that are asked about now
        self.cleared: list[str] = []  # odd words of which somebody has said that they are no names
        for question in form.questions:
            self.fields[question.id] = FIELDS[question.kind](question, today)

    def clean(self) -> dict[str, Any]:
        """Judge the answers together."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("website"):
            self.add_error(None, TRAP)
        if self.form.one_of and not any(told.get(name) for name in self.form.one_of) and not self._wrong(*self.form.one_of):  # fmt: skip
            self.add_error(self.form.one_of[0], ONE_OF)
        if self.form.anonymous:
            self._name_nobody(told)
        return told

    def _wrong(self, *names: str) -> bool:
        return any(name in self.errors for name in names)

    def _name_nobody(self, told: dict[str, Any]) -> None:
        """Refuse what names somebody; ask about what might."""
        said = set(told.get("warned", "").split()) if told.get("checked") else set()
        for question in self.form.questions:
            answer = str(told.get(question.id) or "") if question.kind in {"line", "text"} else ""
            odd = guards.doubtful(answer)
            self.cleared += [word for word in odd if word in said]
            if found := guards.identifying(answer):
                self.add_error(question.id, HOLDS.format(what=_listed(found)))
            elif doubts := [word for word in odd if word not in said]:
                self.doubts += doubts
                self.add_error(question.id, ASK.format(words=_listed(doubts)))

    @property
    def words(self) -> list[str]:
        """Give the odd words of which somebody says, by one tick for all of them, that they are no names."""
        return list(dict.fromkeys([*self.cleared, *self.doubts]))

    @property
    def questions(self) -> list[Any]:
        """Give the questions as they are drawn, each tied to its help and to what is wrong with it."""
        found: list[Any] = [self[question.id] for question in self.form.questions]
        for one in found:
            ids = [f"{one.auto_id}_help"] * bool(one.help_text) + [f"{one.auto_id}_wrong"] * bool(one.errors)
            told = {"aria-describedby": " ".join(ids)} if ids else {}
            one.described = one.as_widget(attrs={**told, "autocomplete": "off"})
        return found

    def answers(self) -> list[tuple[str, str]]:
        """Give each question with its answer, in words."""
        return [(one.ask, _said(self.cleaned_data.get(one.id))) for one in self.form.questions]


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _said(answer: Any) -> str:
    if answer in (None, "", []):
        return "Not answered"
    if isinstance(answer, list):
        return "; ".join(answer)
    return f"{answer:%d/%m/%Y}" if isinstance(answer, date) else str(answer)


def _missing(sentence: str, **more: str) -> dict[str, str]:
    return {"required": sentence, **more}


def _with(question: Question, sentence: str, **more: str) -> dict[str, Any]:
    return {
        "label": question.ask,
        "help_text": question.help,
        "required": question.required,
        "error_messages": _missing(sentence, **more),
    }


def _line(question: Question, today: date) -> forms.Field:  # noqa: ARG001 - all kinds are made alike
    return forms.CharField(max_length=question.most, **_with(question, "Answer this."))


def _text(question: Question, today: date) -> forms.Field:  # noqa: ARG001
    return forms.CharField(max_length=question.most, widget=forms.Textarea(attrs={"rows": 5}), **_with(question, "Answer this."))  # fmt: skip


def _choice(question: Question, today: date) -> forms.Field:  # noqa: ARG001
    told = _with(question, "Choose one.", invalid_choice="Choose one of these.")
    return forms.ChoiceField(choices=[(one, one) for one in question.choices], widget=forms.RadioSelect, **told)


def _choices(question: Question, today: date) -> forms.Field:  # noqa: ARG001
    told = _with(question, "Choose at least one.", invalid_choice="Choose from these.", invalid_list="Choose from these.")  # fmt: skip
    return forms.MultipleChoiceField(
        choices=[(one, one) for one in question.choices], widget=forms.CheckboxSelectMultiple, **told
    )


def _email(question: Question, today: date) -> forms.Field:  # noqa: ARG001
    wrong = "Write the e-mail like name@organisation.example."
    told = _with(question, "Answer this.", invalid=wrong)
    return forms.EmailField(max_length=200, widget=forms.EmailInput(attrs={"spellcheck": "false"}), **told)


def _telephone(question: Question, today: date) -> forms.Field:  # noqa: ARG001
    widget = forms.TextInput(attrs={"type": "tel"})
    return forms.CharField(max_length=24, widget=widget, validators=[NUMBER], **_with(question, "Answer this."))


def _number(question: Question, today: date) -> forms.Field:  # noqa: ARG001
    within = f"Write a whole number from {question.least} to {question.most}."
    told = _with(question, "Answer this.", invalid=within, min_value=within, max_value=within)
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(min_value=question.least, max_value=question.most, widget=widget, **told)


class Day(forms.DateField):
    """A day within some days from today."""

    def __init__(self, first: date, last: date, **told: Any) -> None:
        super().__init__(widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"}), **told)
        self.first, self.last = first, last

    def to_python(self, value: Any) -> date | None:
        """Read a day as people write it, with strokes, dots or spaces."""
        return super().to_python(" ".join(str(value or "").split()))

    def validate(self, value: date | None) -> None:
        """Refuse a day that is too near or too far."""
        super().validate(value)
        if value is not None and not self.first <= value <= self.last:
            raise forms.ValidationError(f"Choose a day from {self.first:%d/%m/%Y} to {self.last:%d/%m/%Y}.")


def _day(question: Question, today: date) -> forms.Field:
    first, last = today + timedelta(days=question.from_days), today + timedelta(days=question.until_days)
    return Day(first, last, **_with(question, "Write a day.", invalid="Write a day such as 27/03/2027."))


FIELDS: dict[str, Callable[[Question, date], forms.Field]] = {
    "line": _line, "text": _text, "choice": _choice, "choices": _choices, "email": _email, "telephone": _telephone,
    "number": _number, "day": _day,
}  # fmt: skip
