"""Who is in a channel and by which rules: the charter and its changes, conveners and their ranks, on real daemons."""

import unittest

from homes import NetworkTest, wait_until


class Governance(NetworkTest):
    def three(self, *options):
        """Kenya convenes "practice", with Viet Nam and Ukraine."""
        ke = self.founder()
        vn = self.join(ke, "vn", "Nguyen Van Minh", "VN", "127.0.0.1:0")
        ua = self.join(ke, "ua", "Olena Kovalenko", "UA")
        ke.run("channel", "create", "practice", "--purpose", "What works instead of arrest", *options)
        for person in ("Nguyen Van Minh", "Olena Kovalenko"):
            ke.run("channel", "invite", "practice", person)
        self.settle(ke, vn, ua)
        return ke, vn, ua

    def settle(self, *homes):
        for _ in range(2):
            for home in homes:
                home.sync()

    def conveners(self, home, channel="practice"):
        return [c["name"] for c in home.lines("channel", "conveners", channel)]

    def notices(self, home, channel="practice"):
        return [m["text"] for m in home.lines("read", channel) if m["kind"] == "notice"]

    def test_the_charter_and_its_changes(self):
        ke, vn, ua = self.three("--ceiling", "amber", "--retention", "365", "--history", "from-joining")
        charter, = vn.lines("channel", "charter", "practice")
        self.assertEqual((charter["name"], charter["purpose"], charter["kind"], charter["history"], charter["ceiling"],
                          charter["retention_days"], charter["author"], charter["in_force"], charter["changes"]),
                         ("practice", "What works instead of arrest", "discussion", "from-joining", "amber", 365,
                          "Asha Wanjiru", True, []))
        self.assertEqual([c["name"] for c in charter["conveners"]], ["Asha Wanjiru"])
        self.assertRegex(charter["time"], r"^20\d\d-")

        # Shown once, beside the results, to whoever takes part for the first time; its author knows it.
        ua.run("read", "practice")
        self.assertIn("What works instead of arrest", ua.error)
        ua.run("read", "practice")
        self.assertNotIn("What works instead of arrest", ua.error)
        ke.run("post", "practice", "Welcome")
        self.assertNotIn("charter", ke.error)

        changed, = ke.lines("channel", "charter", "practice", "--name", "referral", "--retention", "30", "--ceiling", "green",
                            "--purpose", "Referral")
        self.assertEqual((changed["name"], changed["retention_days"], changed["ceiling"]), ("referral", 30, "green"))
        self.settle(ke, vn, ua)
        charters = vn.lines("channel", "charter", "referral")
        self.assertEqual([c["in_force"] for c in charters], [False, True])
        self.assertEqual(len(charters[1]["changes"]), 4)
        self.assertIn('The name is "referral"; it was "practice".', charters[1]["changes"])
        notice, = [m for m in vn.lines("read", "referral") if m["kind"] == "notice" and "charter" in m["text"]]
        self.assertEqual(notice["author"], "Asha Wanjiru")
        self.assertIn("kept for 30 days", notice["text"])
        self.assertIn("Asha Wanjiru", vn.run("read", "referral"))
        self.assertEqual(vn.lines("channel", "show", "referral")[0]["messages"], 1)

        self.assertIn("convener", vn.refuse(4, "channel", "charter", "referral", "--name", "mine"))
        self.assertIn("nothing was changed", ke.refuse(2, "channel", "charter", "referral", "--ceiling", "green"))
        self.assertIn("ceiling", ke.refuse(2, "channel", "charter", "referral", "--ceiling", "purple"))
        ke.refuse(2, "channel", "charter", "referral", "--retention", "36501")
        ke.refuse(2, "channel", "charter", "referral", "--purpose", "x" * 1001)
        ke.refuse(2, "channel", "charter", "referral", "--name", "x" * 101)

    def test_conveners_and_their_ranks(self):
        ke, vn, ua = self.three()
        for home in (ke, vn):
            self.assertIn("one convener", home.lines("channel", "show", "practice")[0]["warnings"][0])
        self.assertTrue(any("one convener" in w for w in ke.lines("status")[0]["warnings"]))
        self.assertTrue(any(f["subject"] == "conveners" for f in ke.lines("doctor", expect=None)))
        self.assertIn("handover", ke.refuse(1, "channel", "leave", "practice"))

        ke.run("channel", "promote", "practice", "Nguyen Van Minh")
        ke.run("channel", "promote", "practice", "Olena Kovalenko", "--rank", "2")
        self.settle(ke, vn, ua)
        for home in (ke, vn, ua):
            self.assertEqual([(c["place"], c["name"]) for c in home.lines("channel", "conveners", "practice")],
                             [(1, "Asha Wanjiru"), (2, "Olena Kovalenko"), (3, "Nguyen Van Minh")])
        self.assertEqual(ke.lines("channel", "show", "practice")[0]["warnings"], [])
        self.assertFalse(any("one convener" in w for w in ke.lines("status")[0]["warnings"]))

        self.assertIn("above", vn.refuse(4, "channel", "demote", "practice", "Olena Kovalenko"))
        self.assertIn("above", vn.refuse(4, "channel", "promote", "practice", "Asha Wanjiru", "--rank", "3"))
        self.assertIn("below", ua.refuse(4, "channel", "promote", "practice", "Nguyen Van Minh", "--rank", "1"))
        self.assertIn("handover", ke.refuse(2, "channel", "demote", "practice", "Asha Wanjiru"))
        ke.refuse(1, "channel", "promote", "practice", "Nguyen Van Minh")

        # Kenya hands over: Viet Nam is first now, by rank before Ukraine.
        ke.run("channel", "handover", "practice", "Nguyen Van Minh")
        self.assertEqual(ke.lines("channel", "show", "practice")[0]["state"], "left")
        for home in (vn, ua):
            wait_until(lambda: self.conveners(home) == ["Nguyen Van Minh", "Olena Kovalenko"], "Kenya has left")
        vn.run("channel", "demote", "practice", "Olena Kovalenko")
        wait_until(lambda: self.conveners(ua) == ["Nguyen Van Minh"], "Ukraine is demoted")
        texts = self.notices(ua)
        self.assertIn("left the channel.", texts)
        self.assertTrue(any("Olena Kovalenko is no convener any more." in text for text in texts), texts)
        self.assertIn("convener", ua.refuse(4, "channel", "remove", "practice", "Nguyen Van Minh"))

        # Whoever is removed is a convener no more, and reads no more.
        vn.run("channel", "promote", "practice", "Olena Kovalenko")
        vn.run("channel", "remove", "practice", "Olena Kovalenko")
        vn.run("post", "practice", "Among us")
        wait_until(lambda: ua.lines("channel", "show", "practice")[0]["state"] == "removed", "Ukraine is removed")
        self.settle(vn, ua)
        self.assertNotIn("Among us", [m["text"] for m in ua.lines("read", "practice")])
        self.assertIn("removed Olena Kovalenko.", self.notices(vn))

    def test_conveners_vote_one_out(self):
        ke, vn, ua = self.three()
        self.assertIn("above", self.promoted_pair(ke, vn, ua))
        ke.run("channel", "promote", "practice", "Olena Kovalenko")
        self.settle(ke, vn, ua)
        wait_until(lambda: len(self.conveners(vn)) == 3 and len(self.conveners(ua)) == 3, "three conveners")
        said = vn.run("channel", "remove", "practice", "Asha Wanjiru")
        self.assertIn("1 of the 2", said)
        self.assertIn("already", vn.refuse(1, "channel", "remove", "practice", "Asha Wanjiru"))
        wait_until(lambda: any("Votes to remove Asha" in w for w in ua.lines("channel", "show", "practice")[0]["warnings"]),
                   "Ukraine sees the vote")
        self.assertEqual(self.conveners(ua), ["Asha Wanjiru", "Nguyen Van Minh", "Olena Kovalenko"])
        ua.run("channel", "remove", "practice", "Asha Wanjiru")
        for home in (vn, ua):
            wait_until(lambda: self.conveners(home) == ["Nguyen Van Minh", "Olena Kovalenko"], "Kenya is voted out")
        wait_until(lambda: ke.lines("channel", "show", "practice")[0]["state"] == "removed", "Kenya knows")
        wait_until(lambda: not [w for w in vn.lines("channel", "show", "practice")[0]["warnings"] if "key" in w], "a new key")
        vn.run("post", "practice", "Among us")
        wait_until(lambda: "Among us" in [m["text"] for m in ua.lines("read", "practice")], "Ukraine reads it")
        self.assertNotIn("Among us", [m["text"] for m in ke.lines("read", "practice")])
        ke.refuse(4, "channel", "charter", "practice", "--name", "mine")

    def test_a_word_to_one_person(self):
        ke = self.founder()
        vn = self.join(ke, "vn", "Nguyen Van Minh", "VN")
        first = ke.run("dm", "Nguyen Van Minh", "Can you call me tomorrow?").strip()
        self.assertRegex(first, r"^[0-9]+\.[0-9a-z]+$")
        wait_until(lambda: [m["text"] for m in vn.lines("read", "Asha Wanjiru", expect=None) if m["kind"] == "post"] ==
                   ["Can you call me tomorrow?"], "it arrives")
        vn.run("dm", "Asha", "Yes, at nine.")
        vn.run("post", "Asha Wanjiru", "In Nairobi, that is.")
        vn.sync()
        self.assertEqual([m["text"] for m in ke.lines("read", "Nguyen Van Minh") if m["kind"] == "post"],
                         ["Can you call me tomorrow?", "Yes, at nine.", "In Nairobi, that is."])
        channel, = ke.lines("dm", "Nguyen Van Minh")
        self.assertEqual((channel["name"], channel["kind"], channel["history"], len(channel["members"])),
                         ("Nguyen Van Minh", "direct", "from-joining", 2))
        self.assertEqual(len(ke.lines("channel", "list")), 1)
        self.assertIn("yourself", ke.refuse(2, "dm", "Asha Wanjiru", "me"))
        ke.refuse(5, "dm", "Nobody", "there")
        ke.refuse(2, "dm", "Nguyen Van Minh", "x" * 32769)

    def promoted_pair(self, ke, vn, ua):
        """With two conveners neither votes the other out."""
        ke.run("channel", "promote", "practice", "Nguyen Van Minh")
        self.settle(ke, vn, ua)
        return vn.refuse(4, "channel", "remove", "practice", "Asha Wanjiru")


if __name__ == "__main__":
    unittest.main()
