"""What widgets keep of themselves in a saved notebook: ``xai.settings``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xai_widgets.errors import InputError

KEEPS = {
    "view": "a picture, and the view itself with what was looked at",
    "picture": "a picture",
    "nothing": "nothing: without a kernel there is no view",
}


@dataclass
class Settings:
    """What a widget that ends a cell keeps of itself in the notebook's file.

    Attributes:
        keep: "view" (default): a picture, and the view itself, which works without a kernel in what it holds: the
            layers and heads that were looked at, newest first, and every one of a text of up to 32 tokens. "picture":
            the picture alone. "nothing": the notebook holds no more than the address of a widget in the kernel.
        keep_bytes: the most that one widget may add to the file, in bytes. With the default, ten widgets of 12 layers
            x 12 heads x 128 tokens stay under 5 MB.

    A change holds for what is shown or looked at from then on.

    Raises:
        InputError: a value that there is not.
    """

    keep: str = "view"
    keep_bytes: int = 480_000

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "keep" and value not in list(KEEPS):
            choices = ", ".join(f"{choice!r} ({what})" for choice, what in KEEPS.items())
            raise InputError(f"keep={value!r} is no choice: choose {choices}.")
        if name == "keep_bytes" and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise InputError(f"keep_bytes={value!r} is no size: give a whole number of bytes, 0 or more.")
        if name not in self.__dataclass_fields__:
            raise InputError(f"There is no setting {name!r}: there are {', '.join(self.__dataclass_fields__)}.")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        most = f", up to {self.keep_bytes:,} bytes a widget" if self.keep != "nothing" else ""
        return f"<Settings keep={self.keep!r}: a saved notebook keeps {KEEPS[self.keep]}{most}>"


settings = Settings()
