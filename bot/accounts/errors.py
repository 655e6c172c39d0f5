"""What the accounts module refuses, each with a sentence that can be shown to a person."""

from __future__ import annotations


class AccountError(Exception):
    """Base of everything that is refused. `code` names the refusal for the API."""

    code = "account_refused"


class WrongPassword(AccountError):
    """No such login, a wrong password or a disabled account: nobody learns which."""

    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__("The login or the password is not right. Please check both and try again.")


class TooManyAttempts(AccountError):
    """Too many failed attempts. `retry_after` is in seconds."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__("There were too many failed attempts. Please wait a little, then try again.")
        self.retry_after = retry_after


class WeakPassword(AccountError):
    """The password is too easy to guess; the sentence says why."""

    code = "weak_password"


class InvalidLogin(AccountError):
    """The login has a form that is not allowed."""

    code = "invalid_login"

    def __init__(self) -> None:
        super().__init__(
            "A login has 3 to 80 letters, digits or the signs . _ - + @, such as an e-mail address."
        )


class InvalidName(AccountError):
    """The name is empty, too long or cannot be shown."""

    code = "invalid_name"

    def __init__(self) -> None:
        super().__init__("Please give a name of up to 80 characters. Patients will see it.")


class LoginTaken(AccountError):
    """Somebody else has this login."""

    code = "login_taken"

    def __init__(self) -> None:
        super().__init__("This login is taken. Please choose another one.")


class InvitationGone(AccountError):
    """The link was used, withdrawn, is too old or never existed."""

    code = "invitation_gone"

    def __init__(self) -> None:
        super().__init__(
            "This link does not work any more. Each link works once and for 72 hours. "
            "Please ask for a new one."
        )


class AccountNotFound(AccountError):
    """No account has this number."""

    code = "account_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such account.")


class LastAdministrator(AccountError):
    """Without an administrator nobody could invite or change anybody."""

    code = "last_administrator"

    def __init__(self) -> None:
        super().__init__(
            "This is the only administrator who can sign in. Make somebody else an administrator first."
        )
