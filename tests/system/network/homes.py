"""Homes for system tests: each a real daemon and the real client, in a temporary folder that goes away afterwards."""

import json
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import unittest

LIAISE = os.environ["LIAISE"]
PASSPHRASE = "lantern gravel window seven"
LONG = 120  # seconds; how long anything may hang before the test is broken, not how long it should take


class Home:
    """One person's home. Commands are given as on the command line, without `liaise --home H`."""

    def __init__(self, folder, name):
        self.folder = folder
        self.path = os.path.join(folder, name)
        self.pass_file = os.path.join(folder, "pass")
        self.name = name
        self.environment = dict(os.environ, NO_COLOR="1", TZ="UTC")

    def set_clock(self, days=0.0):
        """Lets this home's daemon, running or to be started, see a clock that is so far ahead (clock_shim.cpp)."""
        path = os.path.join(self.folder, self.name + ".clock")
        first = "LD_PRELOAD" not in self.environment
        with open(path, "wb" if first else "r+b") as file:
            file.write(struct.pack("=q", round(days * 86400)))
        self.environment.update(LD_PRELOAD=os.environ["CLOCK_SHIM"], LIAISE_TEST_CLOCK=path,
                                ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0")

    def run(self, *words, stdin=None, expect=0):
        """Runs a command, checks its exit code (None: any), and gives what it printed on standard output."""
        done = subprocess.run([LIAISE, "--home", self.path, *words], input=stdin, capture_output=True, text=True,
                              timeout=LONG, cwd=self.folder, env=self.environment, stdin=None if stdin is not None else subprocess.DEVNULL)
        if expect is not None and done.returncode != expect:
            raise AssertionError(f"liaise {' '.join(words)}: exit {done.returncode} instead of {expect}\n"
                                 f"stdout: {done.stdout}\nstderr: {done.stderr}\nlog: {self.log()}")
        self.error = done.stderr
        return done.stdout

    def refuse(self, exit_code, *words, stdin=None):
        """Runs a command that must fail with this exit code, in one clear sentence; gives the sentence."""
        self.run(*words, stdin=stdin, expect=exit_code)
        assert self.error.strip(), "a refusal without a sentence"
        assert "terminate called" not in self.error and "Traceback" not in self.error, self.error
        return self.error.strip()

    def lines(self, *words, expect=0):
        return [json.loads(line) for line in self.run(*words, "--json", expect=expect).splitlines()]

    def log(self):
        try:
            with open(os.path.join(self.path, "log"), encoding="utf-8", errors="replace") as log:
                return log.read()[-3000:]
        except OSError:
            return "(none)"

    def init(self, name, role="focal-point", country="KE"):
        self.run("init", "--name", name, "--role", role, "--country", country, "--passphrase-file", self.pass_file,
                 "--recovery-file", os.path.join(self.folder, self.name + ".sheet"))

    def up(self, *listen):
        words = ["up", "--passphrase-file", self.pass_file]
        for address in listen:
            words += ["--listen", address]
        self.run(*words)

    def pid(self):
        return self.lines("status")[0]["pid"]

    def kill(self):
        pid = self.pid()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not os.path.exists(f"/proc/{pid}") or zombie(pid), "the killed daemon is gone")

    def sync(self):
        self.run("sync", "--wait", "60")


def zombie(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().split(")")[1].split()[0] == "Z"
    except OSError:
        return True


def wait_until(condition, what):
    """Waits for a condition, with a limit that only a broken program meets."""
    import time
    end = time.monotonic() + LONG
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("never happened: " + what)
        time.sleep(0.02)


class NetworkTest(unittest.TestCase):
    """A temporary folder with homes; every daemon that a test started is stopped at its end."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="liaise-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        with open(os.path.join(self.folder, "pass"), "w", encoding="utf-8") as file:
            file.write(PASSPHRASE + "\n")
        os.chmod(os.path.join(self.folder, "pass"), 0o600)
        self.homes = []

    def home(self, name):
        home = Home(self.folder, name)
        self.homes.append(home)
        self.addCleanup(self.stop, home)
        return home

    def stop(self, home):
        if os.path.exists(os.path.join(home.path, "control.sock")):
            subprocess.run([LIAISE, "--home", home.path, "down"], capture_output=True, timeout=LONG, check=False)

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def founder(self):
        """Kenya: running, listening, with a network."""
        ke = self.home("ke")
        ke.init("Asha Wanjiru")
        ke.up("127.0.0.1:0")
        ke.run("network", "found", "Practice network")
        return ke

    def join(self, inviter, name, person, country, *listen, role="focal-point"):
        ticket = inviter.run("ticket", "create", "--role", role, "--country", country, "--valid", "7d").strip()
        home = self.home(name)
        home.init(person, role, country)
        home.up(*listen)
        home.run("join", ticket)
        return home


class DevicesTest(NetworkTest):
    """Bringing in another device of a member."""

    def ticket(self, home, *words):
        return home.run("device", "add", "--no-wait", *words).strip()

    def begin(self, name, ticket, wait="120s"):
        """The new machine, asking in the background."""
        new = self.home(name)
        new.asking = subprocess.Popen(
            [LIAISE, "--home", new.path, "device", "join", ticket, "--passphrase-file", new.pass_file, "--listen", "127.0.0.1:0",
             "--wait", wait, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            cwd=self.folder, env=new.environment)
        self.addCleanup(lambda: new.asking.poll() is None and new.asking.kill())
        return new

    def asked(self, old):
        return [t for t in old.lines("device", "tickets") if t["state"] == "asked"]

    def add(self, old, name, called):
        new = self.begin(name, self.ticket(old, "--name", called))
        words = []
        while not words:
            words = json.loads(new.asking.stdout.readline())["words"]
        shown = old.run("device", "approve").split()
        self.assertEqual(shown, self.asked(old)[0]["words"])
        self.assertEqual((shown, len(shown)), (words, 8))
        old.run("device", "approve", "--confirm")
        output, _ = new.asking.communicate(timeout=LONG)
        self.assertEqual(new.asking.returncode, 0, output)
        return new
