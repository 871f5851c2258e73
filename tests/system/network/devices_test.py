"""Several devices of one member, on real daemons: adding one, what it sees, shutting one out."""

import os
import unittest

from homes import LONG, DevicesTest, wait_until


class Devices(DevicesTest):
    def setUp(self):
        super().setUp()
        self.ke = self.founder()
        self.vn = self.join(self.ke, "vn", "Nguyen Van Minh", "VN", "127.0.0.1:0")
        self.ke.run("channel", "create", "practice", "--history", "from-joining")
        self.ke.run("channel", "invite", "practice", "Nguyen Van Minh")
        self.vn.sync()

    def posts(self, home):
        return [m["text"] for m in home.lines("read", "practice") if m["kind"] == "post"]

    def test_two_devices_of_one_member(self):
        ke, vn = self.ke, self.vn
        vn.run("post", "practice", "before")
        wait_until(lambda: self.posts(ke) == ["before"], "the post arrives")
        laptop = self.add(ke, "laptop", "field laptop")
        self.assertEqual(laptop.lines("status")[0]["name"], "Asha Wanjiru")
        wait_until(lambda: any(c["name"] == "practice" and c["state"] == "open" for c in laptop.lines("channel", "list")),
                   "the channel comes to the new device")

        def posted():
            laptop.run("post", "practice", "from the laptop", expect=None)
            return "from the laptop" in self.posts(laptop)
        wait_until(posted, "the new device has a key")
        vn.run("post", "practice", "an answer")
        ke.run("post", "practice", "from the desk")
        for home in (ke, vn, laptop):
            wait_until(lambda: {"from the laptop", "an answer", "from the desk"} <= set(self.posts(home)), "all three read it")
        self.assertNotIn("before", self.posts(laptop))
        self.assertEqual({m["author"] for m in vn.lines("read", "practice") if m["text"] == "from the laptop"}, {"Asha Wanjiru"})
        self.assertEqual(vn.lines("who", "Asha Wanjiru")[0]["devices"], 2)

        devices = {d["name"]: d for d in ke.lines("device", "list")}
        self.assertEqual(len(devices), 2)
        self.assertTrue(devices[""]["this_one"] and devices[""]["identity"])
        self.assertTrue(devices["field laptop"]["connected"])
        ke.run("device", "name", devices[""]["id"][:10], "office")
        self.assertIn("field laptop", ke.run("device", "list"))
        self.assertIn("device where you made your home", laptop.refuse(4, "device", "add"))
        self.assertIn("recovery sheet", laptop.refuse(4, "device", "revoke", devices[""]["id"]))

        ke.run("device", "revoke", "field laptop", "--reason", "device-lost")
        self.assertEqual({d["name"]: d["state"] for d in ke.lines("device", "list")}, {"office": "active", "field laptop": "revoked"})
        for home in (ke, vn):
            wait_until(lambda: not any(p["state"] in ("connected", "in-step") for p in laptop.lines("status")[0]["peers"]),
                       "the revoked device is cut off")
        laptop.run("post", "practice", "by the thief", expect=None)
        vn.run("post", "practice", "among ourselves")
        wait_until(lambda: "among ourselves" in self.posts(ke), "others go on")
        laptop.run("down")
        laptop.up()  # tries everybody anew
        ke.run("post", "practice", "still without it")
        wait_until(lambda: "still without it" in self.posts(vn), "others go on")
        for home in (ke, vn):
            self.assertNotIn("by the thief", self.posts(home))
        self.assertNotIn("among ourselves", self.posts(laptop))
        self.assertNotIn("still without it", self.posts(laptop))
        self.assertIn("already", ke.refuse(1, "device", "revoke", "field laptop"))

    def test_the_first_device_is_revoked_with_the_sheet(self):
        laptop = self.add(self.ke, "laptop", "field laptop")
        first = next(d for d in laptop.lines("device", "list") if not d["this_one"])
        sheets = {name: os.path.join(self.folder, name + ".sheet") for name in ("ke", "vn")}
        self.assertIn("another identity", laptop.refuse(4, "device", "revoke", first["id"], "--sheet-file", sheets["vn"]))
        laptop.run("device", "revoke", first["id"], "--sheet-file", sheets["ke"])
        wait_until(lambda: self.vn.lines("who", "Asha Wanjiru")[0]["devices"] == 1, "the news arrives")
        self.assertEqual(self.vn.lines("who", "Asha Wanjiru")[0]["standing"], "accredited")

    def test_what_goes_wrong_is_said(self):
        ke = self.ke
        ticket = self.ticket(ke)
        person = ke.run("ticket", "create", "--role", "focal-point", "--country", "UA", "--valid", "7d").strip()
        # The wrong kind in either place, and what is no ticket.
        spare = self.home("spare")
        sentence = spare.refuse(1, "device", "join", person, "--passphrase-file", spare.pass_file)
        self.assertIn("liaise init", sentence)
        self.assertIn("liaise-device1-", spare.refuse(2, "device", "join", "hello", "--passphrase-file", spare.pass_file))
        self.assertIn("mistyped", spare.refuse(2, "device", "join", ticket[:-3], "--passphrase-file", spare.pass_file))
        self.assertFalse(os.path.exists(os.path.join(spare.path, "vault")))
        ua = self.home("ua")
        ua.init("Olena Koval", "focal-point", "UA")
        ua.up()
        self.assertIn("liaise device join", ua.refuse(1, "join", ticket))
        self.assertIn("belongs to Olena Koval", ua.refuse(1, "device", "join", ticket))
        # No: and another device with the same ticket.
        new = self.begin("new", ticket)
        wait_until(lambda: self.asked(ke), "the new device asks")
        late = self.begin("late", ticket)
        _, error = late.asking.communicate(timeout=LONG)
        self.assertEqual(late.asking.returncode, 1)
        self.assertIn("Another device came with this ticket", error)
        ke.run("device", "deny")
        _, error = new.asking.communicate(timeout=LONG)
        self.assertEqual(new.asking.returncode, 1)
        self.assertIn("said no", error)
        self.assertIn("over: denied", ke.refuse(1, "device", "approve", ticket, "--confirm"))
        self.assertIn("No new device asks", ke.refuse(1, "device", "approve"))
        # The same machine begins anew, while the other one is down; then both are killed on the way.
        ticket = self.ticket(ke, "--name", "laptop")
        ke.run("down")
        self.assertIn("go on with `liaise device join`", new.refuse(1, "device", "join", ticket, "--wait", "1s"))
        address = next(iter(ke.lines("up", "--passphrase-file", ke.pass_file)), None)
        self.assertIsNotNone(address)

    def test_killed_in_the_middle_both_go_on(self):
        ke = self.ke
        address = ke.lines("status")[0]["listening"][0]
        new = self.begin("new", self.ticket(ke), wait="600s")
        wait_until(lambda: self.asked(ke), "the new device asks")
        new.asking.kill()
        new.asking.communicate()
        new.kill()
        ke.kill()
        ke.up(address)
        self.assertEqual(len(self.asked(ke)), 1)
        ke.run("device", "approve", "--confirm")  # while the new one is dead
        ke.kill()
        ke.up(address)
        done = new.run("device", "join", "--passphrase-file", new.pass_file)
        self.assertIn("Asha Wanjiru", done)
        self.assertEqual(new.lines("status")[0]["network"], "Practice network")
        new.run("down")
        new.up()
        self.assertIn("somebody's already", new.refuse(1, "device", "join"))


if __name__ == "__main__":
    unittest.main()
