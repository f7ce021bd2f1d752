"""What comes from elsewhere: a folder that is whole or not there, made aside and put in place."""

import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path


class FetchError(Exception):
    """Something cannot be fetched; the message says what and why, in one line."""


class Resource(ABC):
    """Something that an option names.

    Attributes:
        option: the option.
        link: where it is found, once it is in place.
    """

    option: str
    link: Path

    @abstractmethod
    def current(self) -> bool:
        """Tell whether it is in place."""

    @abstractmethod
    def fill(self, folder: Path, environ: Mapping[str, str]) -> None:
        """Fetch it into an empty folder.

        Raises:
            FetchError: if it cannot be fetched.
        """

    @abstractmethod
    def content(self, folder: Path) -> str:
        """Tell what a folder of it holds, by a text that is another one for anything else."""

    def bring(self, environ: Mapping[str, str], *, refresh: bool) -> Path:
        """Fetch it, if that is to be done.

        Args:
            environ: the environment that the charm gives its services.
            refresh: whether to fetch it again if it is there.

        Returns:
            The folder that has it: the one that is in place unless there is news.

        Raises:
            FetchError: if it cannot be fetched; names the option.
        """
        if self.current() and not refresh:
            return self.link.resolve()
        print(f"Fetching {self.option}", flush=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{self.link.name}.", dir=self.link.parent))
        try:
            self.fill(folder, environ)
        except FetchError as exc:
            shutil.rmtree(folder)
            raise FetchError(
                f"{self.option} cannot be fetched: {exc}: correct it, or see that its server and "
                "the proxy answer; it is tried again"
            ) from None
        if self.current() and self.content(folder) == self.content(self.link):
            shutil.rmtree(folder)
            return self.link.resolve()
        return folder

    def put(self, folder: Path) -> None:
        """Put a folder in place, instead of what is there.

        Args:
            folder: one that `bring` gave.
        """
        aside = self.link.with_suffix(".new")
        aside.unlink(missing_ok=True)
        aside.symlink_to(folder.name)
        aside.replace(self.link)
