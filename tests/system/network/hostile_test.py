"""A member whose program breaks the rules (hostile_peer.cpp): it is cut off with its reason told, the user is told what, why and
what to do, nothing of it is taken, and everybody else is served as ever."""

import os
import re
import select
import subprocess
import unittest

from homes import LONG, PASSPHRASE, NetworkTest, wait_until

COUNT = re.compile(r" \d+ times")
MEMORY_KIB = 24 * 1024  # what an attack may cost a daemon beside what it has


class Attack:
    """The hostile program on a home whose daemon is down, until the end of the block."""

    def __init__(self, home, kind):
        self.home, self.kind, self.said = home, kind, b""

    def __enter__(self):
        self.process = subprocess.Popen([os.environ["HOSTILE_PEER"], self.home.path, self.kind], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.process.stdin.write(PASSPHRASE.encode() + b"\n")
        self.process.stdin.flush()
        return self

    def cut_off(self):
        """Why it was cut off, as it was told; waits until it was."""
        while b"\n" not in self.said:
            ready, _, _ = select.select([self.process.stdout], [], [], LONG)
            assert ready, "nobody cut it off"
            piece = os.read(self.process.stdout.fileno(), 4096)
            assert piece, "the hostile program is gone"
            self.said += piece
        line, self.said = self.said.split(b"\n", 1)
        return line.decode()

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Hostile(NetworkTest):
    def setUp(self):
        super().setUp()
        self.ke = self.founder()
        self.ua = self.join(self.ke, "ua", "Olena Koval", "UA")
        self.x = self.join(self.ke, "x", "Boris Badin", "US")
        self.ke.run("channel", "create", "practice")
        for name in ("Olena Koval", "Boris Badin"):
            self.ke.run("channel", "invite", "practice", name)
        self.ua.sync()
        self.x.sync()
        self.x.run("down")
        self.ke.sync()
        self.before = self.state()

    def state(self):
        people = [dict(person, connected=None) for person in self.ke.lines("who")]
        return (self.ke.lines("status")[0]["entries"], self.ke.lines("channel", "list"), people, self.posts(self.ke))

    def posts(self, home):
        return [m["text"] for m in home.lines("read", "practice", "--limit", "1000") if m["kind"] == "post"]

    def told(self, home):
        """The findings about peers, as doctor and status give them; how often something happened goes on counting."""
        findings = [f["sentence"] for f in home.lines("doctor") if f["subject"] == "peers" and f["severity"] == "warning"
                    and "are connected" not in f["sentence"]]
        warnings = [COUNT.sub("", sentence) for sentence in home.lines("status")[0]["warnings"]]
        return [sentence for sentence in findings if COUNT.sub("", sentence) in warnings]

    def check_others_are_served(self):
        text = f"still here {len(self.posts(self.ke))}"
        self.ua.run("post", "practice", text)
        wait_until(lambda: text in self.posts(self.ke), "a post of an honest member arrives")

    def check_honest_again(self, posts=3):
        """The same person with a program that keeps to the rules: what they wrote comes after all."""
        self.x.up()
        self.x.sync()
        wait_until(lambda: self.posts(self.ke).count("hostile 1") >= posts // 3, "an honest program's posts arrive")

    def test_a_version_that_is_too_old(self):
        with Attack(self.x, "older") as attack:
            self.assertEqual(attack.cut_off(), "too_old")
        self.assertEqual(self.told(self.ke), ["The node of Boris Badin runs a Liaise that is too old for yours, so nothing is "
                                              "exchanged with it. Ask Boris Badin to update Liaise."])
        self.assertEqual(self.state(), self.before)
        self.check_others_are_served()
        self.check_honest_again()
        self.assertEqual(self.told(self.ke), [])

    def test_a_version_that_is_too_new(self):
        with Attack(self.x, "newer") as attack:
            self.assertEqual(attack.cut_off(), "too_new")
        self.assertEqual(self.told(self.ke), ["The node of Boris Badin runs a newer Liaise that no longer speaks with yours, so "
                                              "nothing is exchanged with it. Update Liaise on this computer."])
        self.assertEqual(self.state(), self.before)
        self.check_others_are_served()

    def test_garbage(self):
        for kind, reason in (("garbage", "none"), ("garbage-later", "misbehaved"), ("oversized-payload", "misbehaved")):
            with self.subTest(kind), Attack(self.x, kind) as attack:
                self.assertEqual(attack.cut_off(), reason)
                self.assertEqual(attack.cut_off(), reason)  # and comes back for more
                (sentence,) = self.told(self.ke)
                self.assertRegex(sentence, r"^The node of Boris Badin sent what no Liaise sends, and was cut off( \d+ times)?; "
                                           r"nothing of it was taken\. Ask Boris Badin to update Liaise")
                self.assertEqual(self.state(), self.before)
        self.check_others_are_served()

    def test_entries_with_a_bad_signature_or_out_of_their_chain(self):
        for kind in ("bad-signature", "wrong-chain"):
            with self.subTest(kind):
                with Attack(self.x, kind):
                    wait_until(lambda: self.told(self.ke), "doctor tells of entries that do not verify")
                    (sentence,) = self.told(self.ke)
                    self.assertRegex(sentence, r'^What Boris Badin sent as entries of Boris Badin in "practice" was not signed by '
                                               r"their author, or not in this order: none of it was taken\. Ask Boris Badin")
                    self.assertEqual(self.state(), self.before)
                    self.check_others_are_served()
                    self.before = self.state()
                address = self.ke.lines("status")[0]["listening"][0]
                self.ke.run("down")  # forgets the finding
                self.ke.up(address)
        self.assertEqual(self.told(self.ke), [])

    def test_a_flood(self):
        pid = self.ke.pid()
        before = memory_kib(pid)
        with Attack(self.x, "flood") as attack:
            for _ in range(3):
                self.assertEqual(attack.cut_off(), "overloaded")
                self.check_others_are_served()
                self.ke.run("status")
        (sentence,) = self.told(self.ke)
        self.assertRegex(sentence, r"^The node of Boris Badin sent more than it may, and was cut off \d+ times; others were served "
                                   r"meanwhile\. Ask Boris Badin")
        self.assertEqual(self.ke.pid(), pid)
        if not sanitized():
            self.assertLess(memory_kib(pid), before + MEMORY_KIB)


def memory_kib(pid):
    """What a process has resident."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def sanitized():
    with open(os.environ["LIAISED"], "rb") as program:
        return b"__asan_init" in program.read() or b"__tsan_init" in program.read()


if __name__ == "__main__":
    unittest.main()
