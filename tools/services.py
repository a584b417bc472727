"""The Debian packages the tests need besides Python: installed when we are root, named when we are not."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tools.setup import PANGO, SetupError, apt_install, missing_libraries

# A program that is only there when the package is.
PROGRAMS = {
    "initdb": "postgresql",
    "dovecot": "dovecot-imapd",
    "clamd": "clamav-daemon",
    "chromium": "chromium",
    "pdftotext": "poppler-utils",
    "msgfmt": "gettext",
    "java": "default-jre-headless",
}


def missing_packages() -> list[str]:
    """Return the packages this machine lacks, in the order they are named above."""
    postgresql = [str(folder) for folder in Path("/usr/lib/postgresql").glob("*/bin")]
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *postgresql])
    programs = [package for program, package in PROGRAMS.items() if shutil.which(program, path=path) is None]
    return programs + missing_libraries(PANGO)


def provide() -> None:
    """Install what is missing. Raises SetupError, naming the packages, where that cannot be done."""
    packages = missing_packages()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        apt_install(packages)
        packages = missing_packages()
    if packages:
        raise SetupError(
            f"The tests need these Debian packages: {' '.join(packages)}. "
            'Install them, or run "make test" as root once, and it will.'
        )


def main() -> int:
    try:
        provide()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
