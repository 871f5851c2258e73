"""Trust on real daemons: who may accredit whom, what a revocation does, and how people verify each other."""

import unittest

from homes import NetworkTest, wait_until


class Trust(NetworkTest):
    def setUp(self):
        super().setUp()
        self.ke = self.founder()
        self.ua = self.join(self.ke, "ua", "Olena Koval", "UA", "127.0.0.1:0")
        self.vn = self.join(self.ke, "vn", "Nguyen Van Minh", "VN", "127.0.0.1:0")
        self.ke.run("channel", "create", "practice")
        for name in ("Olena Koval", "Nguyen Van Minh"):
            self.ke.run("channel", "invite", "practice", name)
        self.ua.sync()
        self.vn.sync()

    def posts(self, home):
        return [m["text"] for m in home.lines("read", "practice") if m["kind"] == "post"]

    def standing(self, home, name):
        return {person["name"]: person["standing"] for person in home.lines("who")}.get(name)

    def connected(self, home):
        return {p["name"] for p in home.lines("status")[0]["peers"] if p["state"] in ("connected", "in-step")}

    def test_an_accreditation_beyond_the_charters_policy_is_refused(self):
        sentence = self.vn.refuse(4, "ticket", "create", "--role", "coordinator", "--country", "KE", "--valid", "7d")
        self.assertRegex(sentence, r"The charter does not let you accredit.*Ask a founder or coordinator")
        self.assertEqual(self.vn.lines("ticket", "list"), [])
        self.assertRegex(self.vn.refuse(4, "revoke", "Olena Koval"), r"Only the person who accredited them")
        self.assertEqual(self.standing(self.ua, "Olena Koval"), "accredited")
        self.assertIn("device-lost", self.ke.refuse(2, "revoke", "Olena Koval", "--reason", "because"))
        self.assertEqual(self.standing(self.ke, "Olena Koval"), "accredited")

    def test_a_revocation_takes_effect_when_it_arrives(self):
        self.vn.run("post", "practice", "before")
        for home in (self.ke, self.ua):
            wait_until(lambda: self.posts(home) == ["before"], "the post arrives")
        self.ke.run("revoke", "Nguyen Van Minh", "--reason", "device-lost")
        for home in (self.ke, self.ua):
            wait_until(lambda: self.standing(home, "Nguyen Van Minh") == "revoked", "the revocation arrives")
            wait_until(lambda: "Nguyen Van Minh" not in self.connected(home), "the revoked device is cut off")
        self.vn.run("post", "practice", "after", expect=None)  # whether it knows already or not
        self.ua.run("post", "practice", "among ourselves")
        wait_until(lambda: "among ourselves" in self.posts(self.ke), "others go on")
        self.vn.run("down")
        self.vn.up()  # tries everybody anew
        self.ke.run("post", "practice", "still without them")
        wait_until(lambda: "still without them" in self.posts(self.ua), "others go on")
        self.ua.sync()
        for home in (self.ke, self.ua):
            self.assertEqual(self.posts(home), ["before", "among ourselves", "still without them"])
            self.assertNotIn("Nguyen Van Minh", self.connected(home))
        self.assertEqual(self.connected(self.vn), set())
        self.assertNotIn("among ourselves", self.posts(self.vn))
        self.assertNotIn("still without them", self.posts(self.vn))

    def test_verifying_by_safety_words(self):
        verified = {person["name"]: person["verified"] for person in self.ke.lines("who")}
        self.assertEqual((verified["Asha Wanjiru"], verified["Olena Koval"]), (True, False))
        mine = self.ke.lines("verify", "Olena Koval")[0]["words"]
        theirs = self.ua.lines("verify", "Asha Wanjiru")[0]["words"]
        self.assertEqual(mine, theirs)
        self.assertGreaterEqual(len(mine), 6)
        self.assertNotEqual(mine, self.ke.lines("verify", "Nguyen Van Minh")[0]["words"])
        self.ke.run("verify", "Olena Koval", "--confirm")
        self.ua.run("post", "practice", "from somebody verified")
        wait_until(lambda: self.posts(self.ke) == ["from somebody verified"], "the post arrives")
        self.assertEqual([m["verified"] for m in self.ke.lines("read", "practice") if m["kind"] == "post"], [True])
        self.assertEqual([m["verified"] for m in self.vn.lines("read", "practice") if m["kind"] == "post"][:1] or [False], [False])
        self.ke.run("down")
        self.ke.up()
        self.assertTrue({p["name"]: p["verified"] for p in self.ke.lines("who")}["Olena Koval"])


if __name__ == "__main__":
    unittest.main()
