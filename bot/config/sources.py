"""Where the configuration's values come from: the environment above a YAML file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.domain.faults import Fault
from bot.strict.yaml import Parsed, Step, Value, nearest_of, read, unknown_key

PREFIX = "UNDERSIGNED_"
DELIMITER = "__"
KEY_VARIABLE = f"{PREFIX}KEY"
"""Holds the key for personal fields, in place of the key file; no key of the configuration."""
SETUP_PREFIX = f"{PREFIX}INIT_"
"""Begins the variables that answer what `undersigned init` asks beside the configuration."""

# Kubernetes tells every pod where a service named `undersigned` is.
_KUBERNETES = re.compile(r"UNDERSIGNED_(SERVICE_(HOST|PORT)|PORT)(_\w+)?")
_UNEXPANDED = re.compile(r"\$\{[A-Za-z_]")
_SENTENCES = {
    "value_error": "{error}",
    "missing": "it is missing; add it, or set {variable}",
    "model_type": "this is a section; write below it what you need of {keys}",
    "tuple_type": "write a list, such as [first, second]",
    "literal_error": "write {expected}",
    "greater_than_equal": "write a number from {ge} up",
    "less_than_equal": "write a number up to {le}",
}

Place = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """The values as they were given and what is wrong with them so far; `data` is None where the
    file cannot be read as a whole, so that nothing can be said of its values."""

    data: Mapping[str, Value] | None
    faults: Sequence[Fault]
    places: "_Places"
    unexpanded: frozenset[Place] = frozenset()

    def explained(self, error: ValidationError, model: type[BaseModel]) -> Iterator[Fault]:
        """A fault for everything that `model` refused, naming where the value was given."""
        for detail in error.errors(include_url=False, include_input=False):
            place = detail["loc"]
            if any(unexpanded[: len(place)] == place for unexpanded in self.unexpanded):
                continue
            if detail["type"] == "extra_forbidden":
                known = list(_section_at(model, place[:-1]).model_fields)
                line = self.places.parsed.line(*place)
                yield Fault(self.places.file, line, unknown_key(str(place[-1]), known))
            else:
                yield self.places.fault(place, _sentence(dict(detail), model))


@dataclass(frozen=True, slots=True)
class _Places:
    """Tells where a value was given: by a variable, else in a line of the file."""

    file: str
    parsed: Parsed
    variables: Mapping[Place, str]

    def fault(self, place: Place, message: str) -> Fault:
        for length in range(len(place), 0, -1):
            if variable := self.variables.get(place[:length]):
                return Fault(variable, None, f"{message[0].upper()}{message[1:]}.")
        name = ".".join(step for step in place if isinstance(step, str))
        message = f"'{name}': {message}."
        if place[:1] not in self.parsed.lines:
            for other, variable in self.variables.items():
                if other[: len(place) - 1] == place[:-1]:
                    return Fault(variable, None, message)
        return Fault(self.file, self.parsed.line(*place), message)


def read_sources(path: Path | None, environ: Mapping[str, str], model: type[BaseModel]) -> Sources:
    """The values of the file and, above them, those of the environment."""
    file = str(path) if path else "configuration"
    parsed = read(path, file) if path else Parsed({})
    faults = list(parsed.faults)
    variables = _variables(environ, model, faults)
    places = _Places(file, parsed, variables)
    if not parsed.complete:
        return Sources(None, faults, places)
    data = {} if parsed.data is None else parsed.data
    if not isinstance(data, dict):
        faults.append(Fault(file, 1, "The file must hold lines 'key: value'; correct it."))
        return Sources(None, faults, places)
    merged = _merged(data, _environment(environ, variables))
    unexpanded = frozenset(_unexpanded(merged, ()))
    for place in unexpanded:
        message = f"'${{…}}' is not expanded here; write the value, or set {variable_of(place)}"
        faults.append(places.fault(place, message))
    return Sources(merged, faults, places, unexpanded)


def variable_of(place: Place) -> str:
    """The variable that sets the key at `place`."""
    return PREFIX + DELIMITER.join(str(step).upper() for step in place if isinstance(step, str))


def refusal(model: type[BaseModel], place: Place, value: str, context: object) -> str | None:
    """What is wrong with a value by itself, as a sentence; None if it can stand at `place`."""
    field = _section_at(model, place[:-1]).model_fields[str(place[-1])]
    kind: Any = Annotated[field.annotation, field]
    try:
        TypeAdapter(kind).validate_python(value, context=context)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        said = _sentence({**detail, "loc": place}, model)
        return f"{said[0].upper()}{said[1:]}."
    return None


def _variables(
    environ: Mapping[str, str], model: type[BaseModel], faults: list[Fault]
) -> dict[Place, str]:
    """The variables that fit a key, by the key's place; the others become faults."""
    known = {variable_of(place): place for place in _keys(model, ())}
    found: dict[Place, str] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX) or not environ[name] or name == KEY_VARIABLE:
            continue
        if name.startswith(SETUP_PREFIX):
            continue
        if name in known:
            found[known[name]] = name
        elif not _KUBERNETES.fullmatch(name):
            nearest = nearest_of(name.removeprefix(PREFIX), [v.removeprefix(PREFIX) for v in known])
            remedy = f"unset it, or did you mean {PREFIX}{nearest}?" if nearest else "unset it."
            faults.append(Fault(name, None, f"This variable fits no key; {remedy}"))
    return found


def _environment(environ: Mapping[str, str], variables: Mapping[Place, str]) -> dict[str, Value]:
    """The variables' values in sections, as a file holds them. Where a variable stands for a whole
    section, its value is none, which is told; what others say of the section's keys is left."""
    found: dict[str, Value] = {}
    for place in sorted(variables, key=len):
        section: Value = found
        for step in place[:-1]:
            if isinstance(section, dict):
                section = section.setdefault(str(step), {})
        if isinstance(section, dict):
            section[str(place[-1])] = environ[variables[place]]
    return found


def _merged(below: Mapping[str, Value], above: Mapping[str, Value]) -> dict[str, Value]:
    """`above` over `below`; a key without a value counts as left out."""
    merged: dict[str, Value] = {}
    for key in [*below, *(key for key in above if key not in below)]:
        under, over = below.get(key), above.get(key)
        if isinstance(under, dict) and (over is None or isinstance(over, dict)):
            merged[key] = _merged(under, over or {})
        elif (value := under if over is None else over) is not None:
            merged[key] = value
    return merged


def _unexpanded(value: Value, place: Place) -> Iterator[Place]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _unexpanded(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unexpanded(inner, (*place, index))
    elif isinstance(value, str) and _UNEXPANDED.search(value):
        yield place


def _keys(model: type[BaseModel], place: Place) -> Iterator[Place]:
    for name, inner in model.model_fields.items():
        yield (*place, name)
        if section := section_of(inner.annotation):
            yield from _keys(section, (*place, name))


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, also where the field may be left out."""
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _section_at(model: type[BaseModel], place: Place) -> type[BaseModel]:
    for step in place:
        inner = model.model_fields.get(str(step))
        model = (inner and section_of(inner.annotation)) or model
    return model


def _sentence(detail: Mapping[str, Any], model: type[BaseModel]) -> str:
    """What is wrong and what to do, without the full stop."""
    place: Place = detail["loc"]
    words = {
        **detail.get("ctx", {}),
        "said": detail["msg"].lower(),
        "variable": variable_of(place),
        "keys": ", ".join(_section_at(model, place).model_fields),
    }
    return _SENTENCES.get(detail["type"], "{said}; correct it").format_map(words)
