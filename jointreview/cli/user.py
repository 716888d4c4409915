"""user: accounts made and passwords replaced from the command line."""

from __future__ import annotations

import argparse
import getpass
import sys

from jointreview.commands import identity
from jointreview.commands.second_factor import remove_by_login
from jointreview.models.identity import KEEPER_ROLES, ROLES
from jointreview.text import tr

NAME = "user"
HELP = "add accounts and replace passwords"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Two actions: add and password."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    add = actions.add_parser("add", help="make an account")
    add.add_argument("--login", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--unit", default="", help="handling unit code of the catalogue; officers only")
    add.add_argument("--title", default="", help="title of the post, as others see it")
    add.add_argument("--email", default="")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    password = actions.add_parser("password", help="set a one-time password that must be changed at once")
    password.add_argument("--login", required=True)
    password.add_argument("--password-stdin", action="store_true", help="read it instead of making one up")
    for name, said in (("appoint", "give one of the three"), ("dismiss", "take one of the three")):
        keeper = actions.add_parser(name, help=f"{said} roles that keep the product; nobody holds two of them")
        keeper.add_argument("--login", required=True)
        keeper.add_argument("--role", required=True, choices=KEEPER_ROLES)
        keeper.add_argument("--title", default="", help="title of the post, as others see it")
    device = actions.add_parser("unpair", help="a device and its recovery codes are lost: do without")
    device.add_argument("--login", required=True)


def run(args: argparse.Namespace) -> int:
    """Do the chosen action."""
    acts = {"add": _add, "password": _password, "appoint": _appoint, "dismiss": _dismiss}
    return {**acts, "unpair": _without_device}[args.action](args)


def _add(args: argparse.Namespace) -> int:
    password = _read_password(args.password_stdin)
    identity.add_account(
        args.login, args.name, args.role, password, unit=args.unit, title=args.title, email=args.email
    )
    print(tr("en", "cli.user_added", login=args.login, role=args.role))
    return 0


def _password(args: argparse.Namespace) -> int:
    chosen = _read_password(True) if args.password_stdin else ""
    made = identity.set_one_time_password(args.login, chosen)
    print(tr("en", "cli.password_set", login=args.login) if chosen else made)
    return 0


def _appoint(args: argparse.Namespace) -> int:
    identity.add_post(identity.account_id_of(args.login), args.role, title=args.title)
    print(tr("en", "cli.appointed", login=args.login, role=args.role))
    return 0


def _dismiss(args: argparse.Namespace) -> int:
    identity.end_keeper(args.login, args.role)
    print(tr("en", "cli.dismissed", login=args.login, role=args.role))
    return 0


def _without_device(args: argparse.Namespace) -> int:
    remove_by_login(args.login)
    print(tr("en", "cli.factor_off", login=args.login))
    return 0


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass(tr("en", "cli.password_prompt"))
