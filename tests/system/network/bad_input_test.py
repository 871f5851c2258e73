"""Every bad input of the requirements: one clear sentence, a stable exit code, and nothing changed."""

import os
import resource
import shutil
import socket
import subprocess
import unittest

from homes import NetworkTest


class Homes(NetworkTest):
    def test_wrong_passphrase(self):
        ke = self.home("ke")
        ke.init("Asha Wanjiru")
        self.file("wrong", "not the passphrase\n")
        self.assertIn("passphrase is wrong", ke.refuse(4, "up", "--passphrase-file", "wrong"))
        ke.up()

    def test_daemon_not_running(self):
        ke = self.home("ke")
        ke.init("Asha Wanjiru")
        for words in (["status"], ["post", "practice", "text"]):
            self.assertRegex(ke.refuse(3, *words), r"not running.* up`")

    def test_no_home(self):
        self.assertIn("liaise init", self.home("nowhere").refuse(3, "status"))
        self.assertIn("liaise init", self.home("nowhere").refuse(5, "up", "--passphrase-file", "pass"))

    def test_a_home_is_not_made_twice(self):
        ke = self.home("ke")
        ke.init("Asha Wanjiru")
        before = os.stat(os.path.join(ke.path, "vault"))
        ke.refuse(1, "init", "--name", "Someone Else", "--role", "focal-point", "--country", "KE", "--passphrase-file", "pass",
                  "--recovery-file", "other")
        self.assertEqual(os.stat(os.path.join(ke.path, "vault")).st_mtime_ns, before.st_mtime_ns)

    def test_two_daemons_on_one_home(self):
        ke = self.home("ke")
        ke.init("Asha Wanjiru")
        ke.up()
        pid = ke.pid()
        ke.up()  # says that it is running already
        self.assertEqual(ke.pid(), pid)

    def test_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            ke = self.home("ke")
            ke.init("Asha Wanjiru")
            self.assertIn(address, ke.refuse(1, "up", "--listen", address, "--passphrase-file", "pass"))

    def closed_store(self, posts=0):
        """A home with a network, whose daemon is down; and its store file's path and content."""
        ke = self.founder()
        ke.run("channel", "create", "practice")
        path = os.path.join(ke.path, "store.db")
        ke.run("down")
        before = os.stat(path).st_size
        if posts:
            ke.up()
            for i in range(posts):
                ke.run("post", "practice", "-", stdin=f"{i} " + "long " * 4000)
            ke.run("down")
        with open(path, "rb") as file:
            return ke, path, file.read(), before

    def put(self, path, content):
        with open(path, "wb") as file:
            file.write(content)

    def test_a_store_whose_beginning_was_altered_or_cut_off(self):
        ke, path, whole, _ = self.closed_store()
        for altered in (whole[:100] + bytes([whole[100] ^ 1]) + whole[101:], whole[:len(whole) // 2], whole[:1000], b""):
            with self.subTest(len(altered)):
                self.put(path, altered)
                self.assertRegex(ke.refuse(1, "up", "--passphrase-file", "pass"), r"altered or damaged.*Put back a whole copy")
                with open(path, "rb") as file:
                    self.assertEqual(file.read(), altered)
        self.put(path, whole)
        ke.up()
        self.assertEqual(ke.lines("network", "show")[0]["name"], "Practice network")

    def test_a_store_altered_in_a_page_that_only_an_old_post_needs(self):
        ke, path, whole, before = self.closed_store(posts=20)
        at = (before + len(whole)) // 2 // 4096 * 4096 + 50  # amid the long posts
        self.put(path, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        ke.up()
        found = [f for f in ke.lines("doctor", expect=1) if f["severity"] == "error"]
        self.assertEqual([f["subject"] for f in found], ["store"])
        self.assertIn("The store is damaged", found[0]["sentence"])
        ke.run("down")
        self.put(path, whole)
        ke.up()
        self.assertEqual([f for f in ke.lines("doctor") if f["severity"] == "error"], [])

    def test_names_that_steer_a_terminal(self):
        ke = self.home("ke")
        for name in ("Asha\x1b[31m", "Asha\u202eWanjiru", "Asha\nWanjiru", "", " Asha", "a" * 101):
            ke.refuse(2, "init", "--name", name, "--role", "focal-point", "--country", "KE", "--passphrase-file", "pass",
                      "--recovery-file", "sheet")
            self.assertFalse(os.path.exists(ke.path))
        ke.refuse(2, "init", "--name", "Asha", "--role", "king", "--country", "KE", "--passphrase-file", "pass",
                  "--recovery-file", "sheet")
        ke.refuse(2, "init", "--name", "Asha", "--role", "focal-point", "--country", "XX", "--passphrase-file", "pass",
                  "--recovery-file", "sheet")


class Tickets(NetworkTest):
    def newcomer(self, country="VN"):
        vn = self.home("vn")
        vn.init("Nguyen Van Minh", country=country)
        vn.up()
        return vn

    def test_mistyped_used_revoked_and_foreign_tickets(self):
        ke = self.founder()
        vn = self.newcomer()
        ticket = ke.run("ticket", "create", "--role", "focal-point", "--country", "VN", "--valid", "7d").strip()
        self.assertIn("mistyped", vn.refuse(2, "join", ticket[:-6] + "zzzzzz"))
        self.assertIn("mistyped", vn.refuse(2, "join", ticket[:-10]))
        self.assertIn("no Liaise ticket", vn.refuse(2, "join", "hello"))
        ke.refuse(1, "join", ticket)

        revoked = ke.run("ticket", "create", "--role", "focal-point", "--country", "VN", "--valid", "7d").strip()
        revoked_id = [t["id"] for t in ke.lines("ticket", "list")][-1]
        ids = {t["id"] for t in ke.lines("ticket", "list")}
        self.assertEqual(len(ids), 2)
        ke.run("ticket", "revoke", revoked_id)
        states = {t["id"]: t["state"] for t in ke.lines("ticket", "list")}
        self.assertEqual(states[revoked_id], "revoked")
        self.assertIn("revoked", vn.refuse(4, "join", revoked))
        self.assertEqual(vn.lines("status")[0]["state"], "no-network")

        vn.run("join", ticket)
        ua = self.home("ua")
        ua.init("Olena Koval", country="VN")
        ua.up()
        self.assertIn("used", ua.refuse(1, "join", ticket))

        other = self.home("other")
        other.init("Other Founder")
        other.up("127.0.0.1:0")
        other.run("network", "found", "Another network")
        foreign = other.run("ticket", "create", "--role", "focal-point", "--country", "VN", "--valid", "7d").strip()
        self.assertIn("another network", vn.refuse(1, "join", foreign))

    def test_expired_ticket(self):
        ke = self.founder()
        vn = self.newcomer()
        ticket = ke.run("ticket", "create", "--role", "focal-point", "--country", "VN", "--valid", "1d").strip()
        vn.run("down")
        vn.set_clock(days=2)
        vn.up()
        self.assertRegex(vn.refuse(1, "join", ticket), r"ticket expired on \d{4}-\d\d-\d\d; this computer's clock says .*new one")
        address = ke.lines("status")[0]["listening"][0]
        ke.run("down")
        ke.set_clock(days=2)
        ke.up(address)
        vn.run("down")
        vn.set_clock(days=0)  # whoever comes late may have a clock that is late
        vn.up()
        self.assertIn("expired", vn.refuse(1, "join", ticket))
        self.assertEqual(vn.lines("status")[0]["state"], "no-network")
        self.assertEqual([t["state"] for t in ke.lines("ticket", "list")], ["expired"])
        self.assertEqual(len(ke.lines("who")), 1)

    def test_ticket_for_someone_else(self):
        ke = self.founder()
        vn = self.newcomer(country="UA")
        ticket = ke.run("ticket", "create", "--role", "focal-point", "--country", "VN", "--valid", "7d").strip()
        vn.refuse(4, "join", ticket)


class Things(NetworkTest):
    def test_unknown_names_get_the_nearest(self):
        ke = self.founder()
        ke.run("channel", "create", "practice")
        self.assertIn("practice", ke.refuse(5, "post", "pratice", "text"))
        self.assertIn("Asha Wanjiru", ke.refuse(5, "verify", "Asha Wanjiri"))
        ke.refuse(5, "doc", "show", "nothing")
        ke.refuse(5, "reply", "99", "text")

    def test_names_of_channels_and_texts(self):
        ke = self.founder()
        ke.refuse(2, "channel", "create", "bad\x1b]0;name")
        ke.run("channel", "create", "practice")
        ke.refuse(1, "channel", "create", "practice")
        ke.refuse(2, "post", "practice", "")
        ke.refuse(2, "post", "practice", "-", stdin="x" * 40000)
        self.assertEqual([m for m in ke.lines("read", "practice") if m["kind"] == "post"], [])

    def test_documents(self):
        ke = self.founder()
        ke.run("channel", "create", "practice")
        ke.refuse(5, "doc", "publish", "practice", "missing.md", "--title", "T", "--lang", "en", "--kind", "report")
        self.file("empty.md", "")
        ke.refuse(2, "doc", "publish", "practice", "empty.md", "--title", "T", "--lang", "en", "--kind", "report")
        self.file("a.md", "# A\n")
        ke.refuse(2, "doc", "publish", "practice", "a.md", "--title", "T\x1b[2J", "--lang", "en", "--kind", "report")
        ke.refuse(2, "doc", "publish", "practice", "a.md", "--title", "T", "--lang", "en", "--kind", "novel")
        ke.refuse(2, "doc", "publish", "practice", "a.md", "--title", "T", "--lang", "not a language", "--kind", "report")
        self.assertEqual(ke.lines("doc", "list", "practice"), [])


class Files(NetworkTest):
    """Names and contents of files, from whoever publishes them to whoever saves them."""

    ABOUT = ("--lang", "en", "--kind", "report")

    def two(self):
        ke = self.founder()
        vn = self.join(ke, "vn", "Nguyen Van Minh", "VN")
        ke.run("channel", "create", "practice")
        ke.run("channel", "invite", "practice", "Nguyen Van Minh")
        vn.sync()
        return ke, vn

    def test_a_hostile_file_name_names_one_harmless_file_in_this_folder(self):
        ke, vn = self.two()
        self.file("a.md", "# A\n")
        names = {"../../evil.md": "evil.md", "/etc/passwd": "passwd", "..\\..\\evil.exe": "evil.exe", "..": "document",
                 "CON": "_CON", "com1.txt": "_com1.txt", "nul.tar.gz": "_nul.tar.gz", "a\x1b[2Jb.md": "a_[2Jb.md", "a\nb": "a_b",
                 "x\u202egpj.exe": "x_gpj.exe", ".bashrc": "_bashrc", "-rf": "_rf"}
        documents = {name: ke.run("doc", "publish", "practice", "a.md", "--title", f"Title {i}", *self.ABOUT,
                                  f"--file-name={name}").strip() for i, name in enumerate(names)}
        vn.sync()
        for name, harmless in names.items():
            with self.subTest(repr(name)):
                where = os.path.join(self.folder, "outer", "inner")
                os.makedirs(where)
                vn.folder = where
                self.assertIn(f"Saved {harmless} ", vn.run("doc", "get", documents[name]))
                self.assertEqual(os.listdir(where), [harmless])
                self.assertEqual(os.listdir(os.path.dirname(where)), ["inner"])
                with open(os.path.join(where, harmless), encoding="ascii") as saved:
                    self.assertEqual(saved.read(), "# A\n")
                self.assertIn("already", vn.refuse(1, "doc", "get", documents[name]))
                self.assertNotRegex(vn.run("doc", "show", "--card", documents[name]), "[\x1b\u202e]")
                shutil.rmtree(os.path.dirname(where))

    def test_a_link_in_the_way_is_not_followed(self):
        ke, vn = self.two()
        self.file("a.md", "# A\n")
        document = ke.run("doc", "publish", "practice", "a.md", "--title", "Title", *self.ABOUT).strip()
        vn.sync()
        precious = self.file("precious", "precious")
        where = os.path.join(self.folder, "where")
        os.mkdir(where)
        os.symlink(precious, os.path.join(where, "a.md"))
        vn.folder = where
        vn.refuse(1, "doc", "get", document)
        vn.run("doc", "get", document, "--force")
        self.assertFalse(os.path.islink(os.path.join(where, "a.md")))
        with open(precious, encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")

    def test_a_file_that_cannot_be_read(self):
        ke = self.founder()
        ke.run("channel", "create", "practice")
        about = ("--title", "Title", *self.ABOUT)
        self.assertRegex(ke.refuse(5, "doc", "publish", "practice", "missing.md", *about), r"No such file.*Nothing was published\. See")
        self.assertRegex(ke.refuse(2, "doc", "publish", "practice", self.folder, *about), r"is a folder\. Name a file")
        # It opens, and breaks in the middle: so it goes for root as well.
        self.assertRegex(ke.refuse(1, "doc", "publish", "practice", "/proc/self/mem", *about),
                         r"Cannot read /proc/self/mem: Input/output error\. Nothing was published\. See")
        self.file("a.md", "# A\n")
        self.assertRegex(ke.refuse(2, "doc", "publish", "practice", "a.md", *about, "--file-name", "a" * 300),
                         r"its file name is empty or too long\. Give it another")
        self.assertEqual(ke.lines("doc", "list", "practice"), [])
        self.assertEqual([f for f in ke.lines("doctor") if f["severity"] == "error"], [])


class Disk(NetworkTest):
    """A disk without room: what cannot be written is refused, what was acknowledged stays, and it goes on with room."""

    def check_refused_and_goes_on(self, ke, no_room, room, sentence):
        posted = [ke.run("post", "practice", f"before {i}").strip() for i in range(3)]
        no_room()
        words = ("post", "practice", "y" * 4000)
        while not (answer := ke.run(*words, expect=None).strip()) == "":  # the last pages may still take some
            posted.append(answer)
        self.assertRegex(ke.refuse(1, *words), sentence)
        self.file("large.bin", os.urandom(600_000))
        about = ("--title", "T", "--lang", "en", "--kind", "report")
        self.assertRegex(ke.refuse(1, "doc", "publish", "practice", "large.bin", *about), sentence)
        self.assertRegex(ke.refuse(1, *words), sentence)
        (found,) = [f for f in ke.lines("doctor", expect=1) if f["subject"] == "disk"]
        self.assertEqual(found["severity"], "error")
        self.assertIn("nothing that was acknowledged is lost", found["sentence"])
        self.assertIn(found["sentence"], ke.lines("status")[0]["warnings"])
        self.check(ke, posted)
        room()
        posted.append(ke.run("post", "practice", "after").strip())
        self.assertEqual([f for f in ke.lines("doctor") if f["subject"] == "disk"], [])
        self.check(ke, posted)
        ke.kill()
        ke.up("127.0.0.1:0")
        self.check(ke, posted)
        ke.run("doc", "publish", "practice", "large.bin", *about)
        self.assertEqual([f for f in ke.lines("doctor") if f["severity"] == "error"], [])

    def check(self, ke, posted):
        self.assertEqual([m["id"] for m in ke.lines("read", "practice", "--limit", "1000") if m["kind"] == "post"], posted)
        self.assertEqual(ke.lines("doc", "list", "practice"), [])

    def test_a_full_disk(self):
        small = os.path.join(self.folder, "small")
        os.mkdir(small)
        mounted = os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", small],
                                                       capture_output=True, check=False).returncode == 0
        if not mounted:
            print("not run: a full disk needs the right to mount a small one", flush=True)
            self.skipTest("no right to mount")
        self.addCleanup(subprocess.run, ["umount", "--lazy", small], check=False)
        ke = self.home(os.path.join("small", "ke"))
        ke.init("Asha Wanjiru")
        ke.up("127.0.0.1:0")
        ke.run("network", "found", "Practice network")
        ke.run("channel", "create", "practice")
        filler = os.path.join(small, "filler")

        def fill():
            with open(filler, "wb") as file:
                file.write(bytes(shutil.disk_usage(small).free - 16384))

        self.check_refused_and_goes_on(ke, fill, lambda: os.unlink(filler),
                                       r"The disk is full\. Nothing was changed; free some space and try again\.")
        ke.run("down")

    def test_a_file_at_its_limit(self):
        ke = self.founder()
        ke.run("channel", "create", "practice")
        pid = ke.pid()
        before, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        largest = max(os.stat(os.path.join(ke.path, name)).st_size for name in ("store.db", "store.db-wal"))
        self.check_refused_and_goes_on(ke, lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest + 8192, hard)),
                                       lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, (before, hard)),
                                       r"The (disk is full|store failed).*Nothing was changed")


if __name__ == "__main__":
    unittest.main()
