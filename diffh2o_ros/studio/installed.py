"""Whether what the studio needs is installed: it is no part of the base install."""

from __future__ import annotations

from importlib import metadata

from diffh2o_ros.errors import Diffh2oError

#: viser's versions whose insides the studio knows: uploads are limited there.
SUPPORTED = "1.1"
_INSTALL = "pip install 'viser>=1.1,<1.2'"


class StudioError(Diffh2oError):
    """A studio that cannot be opened, or what cannot be done in it. The message is one line."""


def check_viser() -> str:
    """The version of viser. Raises StudioError where there is none, or another one."""
    try:
        version = metadata.version("viser")
    except metadata.PackageNotFoundError as error:
        raise StudioError(f"the studio needs viser, which is not installed; {_INSTALL}") from error
    if version.split(".")[:2] != SUPPORTED.split("."):
        raise StudioError(f"the studio needs viser {SUPPORTED}, and {version} is there; {_INSTALL}")
    return version
