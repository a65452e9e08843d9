"""Passwords: what is accepted, how they are kept, how one is drawn."""

from __future__ import annotations

import secrets
import string

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from records.errors import InvalidInputError

__all__ = ["check_password_rules", "hash_password", "password_matches", "random_password"]

_SHORTEST, _LONGEST, _CLASSES_NEEDED = 10, 128, 3
_SYMBOLS = "!@#%+=?-_"


def check_password_rules(password: str, *, login: str) -> None:
    """Refuse a weak password, saying each thing that is wrong.

    Raises:
        InvalidInputError: Shorter than 10 or longer than 128, fewer than three classes of characters, one character
            repeated, or the login name in it.
    Standard: GB/T 22239-2019 8.1.4.1 asks for complexity; the length follows the practice of 等保二级 reviews.
    """
    wrong: list[str] = []
    if not _SHORTEST <= len(password) <= _LONGEST:
        wrong.append(f"长度应为 {_SHORTEST}–{_LONGEST} 位")
    if _classes_of(password) < _CLASSES_NEEDED:
        wrong.append("应含大写字母、小写字母、数字、符号中的至少三类")
    if len(set(password)) <= len(password) // 3:
        wrong.append("重复字符过多")
    if login and login.casefold() in password.casefold():
        wrong.append("不得包含登录名")
    if wrong:
        raise InvalidInputError("口令不符合要求：" + "；".join(wrong), cure="请换一个口令")


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters and salt in it."""
    return _argon2().hash(password)


def password_matches(password: str, password_hash: str) -> bool:
    """Whether the password is the one hashed; a hash of another kind never matches."""
    if len(password) > _LONGEST:
        return False
    try:
        return _argon2().verify(password, password_hash)
    except UnknownHashError:
        return False


def random_password(length: int = 16) -> str:
    """A password that keeps the rules, from letters that are not mistaken for each other."""
    letters = [character for character in string.ascii_letters + string.digits if character not in "0O1lI"]
    while True:
        drawn = "".join(secrets.choice(letters + list(_SYMBOLS)) for _ in range(length))
        if _classes_of(drawn) >= _CLASSES_NEEDED and len(set(drawn)) > length // 2:
            return drawn


def _argon2() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


def _classes_of(password: str) -> int:
    return (
        any(character.isupper() for character in password)
        + any(character.islower() for character in password)
        + any(character.isdigit() for character in password)
        + any(not character.isalnum() for character in password)
    )
