"""All texts for people that the source holds, as translators need them, found without running any of it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What these say appears in a terminal, for whoever runs the bot.
FOR_TERMINALS = {"ask.py", "service.py", "settings.py", "playground.py", "__main__.py", "service_lock.py"}
CONSTANT = re.compile(r"(TEXT|BUTTON|MENU|MODAL)_[A-Z_]+")
# Texts by other names.
TABLES = {("bot/features/privacy/policy.py", "KEPT"), ("bot/features/privacy/policy.py", "UNTIL_DELETED")}
# Two forms of a text, for one and for other numbers.
FORMS = re.compile(r"TEXTS_[A-Z_]+")
# What `storage` raises for whoever starts the bot, or for its callers.
FOR_OPERATORS = {"StorageError", "VaultError", "ValueError"}
# How many of their first arguments are texts, or forms of one.
SAYING = {"say": 1, "say_many": 1, "in_every_language": 1, "Phrase": 1, "counting": 2}


@dataclass(frozen=True)
class Text:
    """A text, the form for other numbers than one where it has one, the file that holds it, and its name there."""

    text: str
    plural: str | None
    file: str
    name: str = ""


@dataclass(frozen=True)
class Mistake:
    """A place where a text can't be translated, and why."""

    place: str
    why: str


def sources() -> list[Path]:
    """The modules whose texts reach members."""
    found = [path for folder in ("bot", "ml", "storage") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if path.name not in FOR_TERMINALS]


def texts() -> list[Text]:
    """All texts, one of each."""
    return [*{(one.text, one.plural): one for one in every_text()}.values()]


def every_text() -> list[Text]:
    """All texts, each at every place where it stands."""
    return [one for path in sources() for one in _texts_in(path)]


def mistakes() -> list[Mistake]:
    """Texts that reach members without having been translated, as far as can be seen in the source."""
    return [one for path in sources() for one in _mistakes_in(path)]


def _texts_in(path: Path) -> Iterator[Text]:
    tree, file = _read(path)
    if not _has_texts(tree, file):
        return
    for name, value in _constants(tree):
        if FORMS.fullmatch(name):
            for forms in value.values if isinstance(value, ast.Dict) else [value]:
                one, many = _strings(forms)
                yield Text(one, many, file, name)
        elif CONSTANT.fullmatch(name) or (file, name) in TABLES:
            yield from (Text(text, None, file, name) for text in _strings(value))
    for call in _calls(tree):
        given = [one.value for one in _texts_given(call, file) if isinstance(one, ast.Constant)]
        if _name(call.func) == "counting" and len(given) == 2:
            yield Text(given[0], given[1], file)
        else:
            yield from (Text(text, None, file) for text in given)
        # `/help` says what each command does.
        if _name(call.func) == "command":
            described = (one.value for one in call.keywords if one.arg == "description")
            yield from (Text(text, None, file) for one in described for text in _strings(one))


def _mistakes_in(path: Path) -> Iterator[Mistake]:
    tree, file = _read(path)
    if not _has_texts(tree, file):
        return
    for name, value in _constants(tree):
        is_text = CONSTANT.fullmatch(name) or FORMS.fullmatch(name) or (file, name) in TABLES
        if is_text and any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in ast.walk(value)):
            yield Mistake(f"{file}:{value.lineno}", f"{name} is put together when it is read: fill it with say()")
    for call in _calls(tree):
        if any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in _texts_given(call, file)):
            yield Mistake(f"{file}:{call.lineno}", f"{_name(call.func)}() takes a template and its values")
    if not file.startswith("bot/"):
        return
    given = [one for call in _calls(tree) for one in _texts_given(call, file)]
    said = {id(inside) for one in given for inside in ast.walk(one)}
    # Who walks through a table, or looks whether it holds something, has said nothing yet.
    looking = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]
    looking += [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    said |= {id(inside) for node in looking for inside in ast.walk(node)}
    defining = {id(inside) for _, value in _constants(tree) for inside in ast.walk(value)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            is_text = CONSTANT.fullmatch(_name(node)) or FORMS.fullmatch(_name(node))
            if is_text and id(node) not in said | defining:
                yield Mistake(f"{file}:{node.lineno}", f"{_name(node)} stands outside of say()")


def _read(path: Path) -> tuple[ast.Module, str]:
    return ast.parse(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT))


def _has_texts(tree: ast.Module, file: str) -> bool:
    """In `ml`, names that look like texts are mostly columns of texts."""
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return not file.startswith("ml/") or "Phrase" in imported or file == "ml/phrases.py"


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            assert isinstance(node.value, ast.Tuple)
            yield from zip(map(_name, node.targets[0].elts), node.value.elts, strict=True)
        elif isinstance(node, ast.Assign):
            yield _name(node.targets[0]), node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield _name(node.target), node.value


def _strings(value: ast.expr) -> list[str]:
    """The texts of a constant; the keys of a table are none."""
    if isinstance(value, ast.Dict):
        return [text for one in value.values for text in _strings(one)]
    if isinstance(value, ast.Constant):
        return [value.value] if isinstance(value.value, str) else []
    inside = [child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr | ast.keyword)]
    return [text for child in inside for text in _strings(child.value if isinstance(child, ast.keyword) else child)]


def _calls(tree: ast.Module) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _texts_given(call: ast.Call, file: str) -> list[ast.expr]:
    """The arguments of a call that are texts."""
    name = _name(call.func)
    refuses = file.startswith("storage/") and name.endswith("Error") and name not in FOR_OPERATORS
    return call.args[: 1 if refuses else SAYING.get(name, 0)]


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
