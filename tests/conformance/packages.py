"""Packages through their ordinary clients: cargo, pip and apt, as this machine has them configured.

No registry is named here. Each client looks where the machine's own configuration sends it.
"""

import contextlib
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys
import time

# The release that Debian's sources are taken from.
RELEASE = "bookworm"

# Prints where pip finds a source distribution, and fetches it with pip's own session. `pip download`
# would run the package's build backend to learn dependencies that are not asked for.
SDIST = """
import sys
from pip._internal.commands import create_command

name, version, target = sys.argv[1:]
command = create_command("download")
options, _ = command.parse_args(["--no-binary", ":all:"])
with command.main_context():
    session = command.get_default_session(options)
    finder = command._build_package_finder(options, session)
    links = [c.link for c in finder.find_all_candidates(name) if str(c.version) == version]
    if not links:
        sys.exit(f"pip finds no source distribution of {name} {version}")
    answer = session.get(links[0].url_without_fragment)
    answer.raise_for_status()
    with open(target, "wb") as file:
        file.write(answer.content)
"""


# So many seconds pass before what could not be fetched is tried again.
PAUSES = (5, 30, 120)


def run(*command, **options):
    """Runs a command quietly, to its end."""
    return subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options,
    )


def call(*command, **options):
    """Runs a command quietly; a failure shows what it said."""
    return said(command, run(*command, **options))


def fetch(*command, **options):
    """The same of a command that asks the network, which may not answer once."""
    for pause in PAUSES:
        done = run(*command, **options)
        if not done.returncode:
            break
        time.sleep(pause)
    else:
        done = run(*command, **options)
    return said(command, done)


def said(command, done):
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command[:3]))} ... failed with {done.returncode}:\n{done.stdout}")
    return done.stdout


def crate(name, version, target, work):
    """The crate file as cargo keeps it, fetched by a project that depends on it."""
    project = work / "cargo"
    (project / "src").mkdir(parents=True, exist_ok=True)
    (project / "src" / "lib.rs").write_text("")
    (project / "Cargo.toml").write_text(
        '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n\n'
        f'[dependencies]\n{name} = {{ version = "={version}", default-features = false }}\n\n[workspace]\n'
    )
    fetch("cargo", "fetch", "--quiet", cwd=project)
    home = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"))
    kept = sorted(home.glob(f"registry/cache/*/{name}-{version}.crate"))
    if not kept:
        sys.exit(f"cargo keeps no {name}-{version}.crate under {home}")
    shutil.copyfile(kept[0], target)


def sdist(name, version, target, work):
    """A source distribution, unbuilt, as pip finds it."""
    fetch(venv(work) / "bin" / "python", "-c", SDIST, name, version, target)


def source(package, target, work):
    """Debian's upstream tarball of a source package, by a private list of sources.

    The system's own lists and caches are neither read nor written.
    """
    state = work / "apt"
    options = apt_options(state)
    if not (state / "updated").exists():
        for folder in ("lists/partial", "cache/archives/partial"):
            (state / folder).mkdir(parents=True, exist_ok=True)
        (state / "sources.list").write_text(f"deb-src {mirror()} {RELEASE} main\n")
        fetch("apt-get", *options, "update")
        (state / "updated").touch()
    fetch("apt-get", *options, "source", "--download-only", "--tar-only", package, cwd=target.parent)
    if not target.exists():
        found = sorted(path.name for path in target.parent.glob(f"{package}_*"))
        sys.exit(f"apt has no {target.name}; of {package} there is: {', '.join(found) or 'nothing'}")


def apt_options(state):
    settings = {
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State": state,
        "Dir::State::lists": state / "lists",
        "Dir::Cache": state / "cache",
        # The lists lie where the user `_apt` may not write.
        "APT::Sandbox::User": "root",
    }
    return [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]


def mirror():
    """The address from which this machine takes the release's packages."""
    form = "$(RELEASE) $(COMPONENT) $(REPO_URI)"
    rows = [line.split(" ", 2) for line in
            call("apt-get", "indextargets", "--format", form, "Created-By: Packages").splitlines()]
    found = [uri for release, component, uri in rows if release == RELEASE and component == "main"]
    if not found:
        sys.exit(f"this machine's apt takes nothing from {RELEASE}: {rows}")
    return found[0]


@contextlib.contextmanager
def alone():
    """Of several programs that run beside each other one installs at a time."""
    with open(__file__) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def install(*packages):
    """Installs Debian packages that are not there yet (as root)."""
    with alone():
        of_debian(*packages)


def of_debian(*packages):
    missing = [name for name in packages
               if "install ok installed" not in subprocess.run(
                   ["dpkg-query", "--show", "--showformat=${Status}", name],
                   capture_output=True, text=True).stdout]
    if not missing:
        return
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    # Another program of the machine's own may install something just now.
    patient = ["-o", "DPkg::Lock::Timeout=1800"]
    command = ["apt-get", *patient, "install", "--yes", "--no-install-recommends", *missing]
    if run(*command, env=environment).returncode:
        # A new machine has no lists yet.
        fetch("apt-get", *patient, "update", env=environment)
        fetch(*command, env=environment)


def venv(work, *requirements):
    """A virtual environment with these requirements in it, made once."""
    with alone():
        return environment(work / "venv", requirements)


def environment(place, requirements):
    if not (place / "made").exists():
        shutil.rmtree(place, ignore_errors=True)
        if subprocess.run([sys.executable, "-m", "venv", place], capture_output=True).returncode:
            # Debian keeps ensurepip in a package of its own.
            of_debian("python3-venv")
            call(sys.executable, "-m", "venv", "--clear", place)
        (place / "made").touch()
    stamp = place / "requirements.txt"
    wanted = "".join(f"{line}\n" for line in requirements)
    if wanted and (not stamp.exists() or stamp.read_text() != wanted):
        fetch(place / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             *requirements)
        stamp.write_text(wanted)
    return place
