"""Every error that the package raises on purpose.

Each message says three things: what came, what is allowed, and what to do. The same words reach the
person in the notebook's view and the caller in Python; but what a view has a button for is said to the caller only.
"""

_IN_PYTHON = {"truncate": "Pass truncate=True for that."}


class XaiError(Exception):
    """Base of all errors of this package: ``except xai.XaiError`` catches exactly these."""


class InputError(XaiError, ValueError):
    """A text, target, layer, head, kind or option that cannot be used as it came.

    ``offer``: a remedy that a view can put on a button (``"truncate"``: cut the text to what fits), or None.
    ``words``: the message beside that button; the error's own says besides how to have the remedy in Python.
    """

    def __init__(self, message: str, *, offer: str | None = None) -> None:
        super().__init__(message if offer is None else f"{message} {_IN_PYTHON[offer]}")
        self.words = message
        self.offer = offer


class TooLongError(InputError):
    """A text that memory could not hold, refused before anything is computed.

    ``fitting``: how many of its tokens would fit now. ``cut``: whether whoever asked can have it cut to these.
    """

    def __init__(self, problem: str, fitting: int, *, cut: bool = False) -> None:
        remedy = f"Shorten it to {fitting:,} tokens{', or have it cut' if cut else ''}."
        super().__init__(f"{problem} {remedy}", offer="truncate" if cut else None)
        self.problem = problem
        self.fitting = fitting


class UnsupportedModelError(XaiError, TypeError):
    """A model, or a part of one, that does not have what was asked for."""


class TokenizerMismatchError(XaiError, ValueError):
    """A tokenizer that does not belong to the model: it makes ids that the embedding does not have."""


class MissingExtraError(XaiError, ImportError):
    """A method that needs a library of one of the package's extras, which is not installed."""


class FileError(XaiError, OSError):
    """A file that cannot be written or read where it was asked for."""


class NotFiniteError(XaiError, ArithmeticError):
    """Numbers that are NaN or infinite where a result should be; the message says where they first appear."""


class StaleError(XaiError):
    """A request for a result that a newer one has replaced."""


class Cancelled(XaiError):  # noqa: N818 - not a fault: somebody asked for it
    """A run that was cancelled before it ended; what was there before still stands."""
