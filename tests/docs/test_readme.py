"""What the READMEs and guides promise is there: settings, commands with their output, files, pictures, languages."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

from jointreview.__main__ import build_parser, main
from jointreview.demo.cast import DEMO_PASSWORD, PEOPLE
from jointreview.settings import ROOT, Settings
from tests.web.job.office import JOB_PICTURES
from tests.web.screenshots import LARGEST_BYTES, OPINION, PICTURES_TAKEN

READMES = ("README.md", "README.zh-CN.md")
PAGES = (*READMES, *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")))
OTHER_LANGUAGE = {"README.md": "README.zh-CN.md", "docs/guide.md": "docs/guide.zh-CN.md"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def settings_table(name: str) -> dict[str, str]:
    rows = re.findall(r"^\| `(JOINTREVIEW_\w+)` \| (.*?) ?\|", text_of(name), re.MULTILINE)
    return {variable: default.strip().strip("`") for variable, default in rows}


def shown_default(field: str) -> str:
    """A setting's default as the tables write it: folders relative to the checkout, nothing for empty."""
    value = Settings.model_fields[field].default
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Path):
        return str(value.relative_to(ROOT))
    return "" if value is None else str(value)


@pytest.mark.parametrize("readme", READMES)
def test_the_table_of_settings_is_complete_and_gives_the_true_defaults(readme):
    expected = {f"JOINTREVIEW_{field.upper()}": shown_default(field) for field in Settings.model_fields}
    assert settings_table(readme) == expected


def subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def choices(parser: argparse.ArgumentParser) -> set[str]:
    """The words that may stand first: subcommands, or the choices of the first positional argument."""
    positional = next((action.choices for action in parser._actions if not action.option_strings), None)
    return set(positional or ())


@pytest.mark.parametrize("page", PAGES)
def test_every_command_named_exists(page):
    commands = subparsers(build_parser())
    for name, word in re.findall(r"-m jointreview ([a-z]\w*)(?: ([a-z]+)\b)?", text_of(page)):
        assert name in commands, f"{page}: {name}"
        if word and choices(commands[name]):
            assert word in choices(commands[name]), f"{page}: {name} {word}"


def examples(name: str) -> list[tuple[str, str]]:
    """Commands in console blocks with the output shown below them."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", text_of(name), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output.strip()))
    return found


@pytest.mark.parametrize(
    ("page", "command", "output"),
    [(page, command, output) for page in PAGES for command, output in examples(page)],
)
def test_the_examples_print_what_is_shown(page, command, output, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "jointreview"], page
    main(words[3:])
    said = capsys.readouterr()
    assert (said.out + said.err).strip() == output


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_picture_linked_is_there(page):
    folder = (ROOT / page).parent
    text = re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)
    links = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'(?:src|href)="([^"]+)"', text)]
    for link in links:
        if not re.match(r"[a-z]+:", link):
            assert (folder / link.partition("#")[0]).exists(), f"{page}: {link}"


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_named_is_in_the_makefile(page):
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", text_of("Makefile"), re.MULTILINE))
    named = re.findall(r"(?:`|^ {4})make ((?:[a-z][a-z0-9-]* ?)+)", text_of(page), re.MULTILINE)
    assert {target for names in named for target in names.split()} <= targets, page


@pytest.mark.parametrize("readme", READMES)
def test_the_walk_names_the_demonstrations_accounts_and_password(readme):
    text = text_of(readme)
    assert f"`{DEMO_PASSWORD}`" in text
    for person in PEOPLE:
        assert f"`{person.login}`" in text and person.name in text, person.login


@pytest.mark.parametrize(("english", "chinese"), OTHER_LANGUAGE.items())
def test_both_languages_show_the_same_pictures_commands_and_parts(english, chinese):
    def parts(name: str) -> tuple[list[str], list[tuple[str, str]], int]:
        text = text_of(name)
        pictures = re.findall(r"[\w./-]*pictures/([\w-]+\.png)", text)
        return (
            pictures,
            examples(name),
            len(re.findall(r"^#+ ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.M)),
        )

    assert parts(english) == parts(chinese)


def test_the_pictures_kept_are_those_the_script_takes_and_none_is_heavy():
    taken = {f"{picture.name}-{device}.png" for picture in PICTURES_TAKEN for device in picture.devices}
    kept = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").glob("*.png")}
    of_the_job = {f"job-{name}.png" for name in JOB_PICTURES}
    assert set(kept) == taken | {f"{OPINION}.png"} | of_the_job
    assert of_the_job <= set(re.findall(r"pictures/([\w-]+\.png)", text_of("docs/guide.md")))
    assert max(kept.values()) <= LARGEST_BYTES
