"""Listed channels and the queue of those who ask to enter them, on real daemons."""

import unittest

from homes import NetworkTest, wait_until


class Requests(NetworkTest):
    def three(self):
        """Kenya convenes "practice", which is listed; Viet Nam and Ukraine are in the network."""
        ke = self.founder()
        vn = self.join(ke, "vn", "Nguyen Van Minh", "VN", "127.0.0.1:0")
        ua = self.join(ke, "ua", "Olena Kovalenko", "UA")
        ke.run("channel", "create", "practice", "--purpose", "What works instead of arrest", "--retention", "365", "--listed")
        self.sees(vn)
        self.sees(ua)
        return ke, vn, ua

    def others(self, home):
        return {c["name"]: c for c in home.lines("channel", "list", "--all") if c["announced_by"]}

    def sees(self, home, channel="practice"):
        wait_until(lambda: channel in self.others(home), home.name + " sees the channel")

    def state(self, home, channel="practice"):
        """As `channel list` shows it, whether one is in or not; None where it does not."""
        for line in home.lines("channel", "list"):
            if line["name"] == channel:
                return line["state"]
        return None

    def queue(self, home, *words):
        return [r["name"] for r in home.lines("channel", "requests", *words)]

    def test_ask_and_be_let_in(self):
        ke, vn, ua = self.three()
        # Everybody sees the charter before they ask; a name says who says so.
        card, = vn.lines("channel", "charter", "practice")
        self.assertEqual((card["purpose"], card["kind"], card["history"], card["retention_days"], card["source"], card["author"]),
                         ("What works instead of arrest", "discussion", "from-joining", 365, "announced", "Asha Wanjiru"))
        self.assertEqual([c["name"] for c in card["conveners"]], ["Asha Wanjiru"])
        self.assertIn("Announced by", vn.run("channel", "charter", "practice"))
        self.assertIsNone(self.state(vn))
        vn.refuse(5, "read", "practice")

        asked, = vn.lines("channel", "request", "practice", "--note", "We met at the round table.")
        self.assertEqual(asked["state"], "asked")
        self.assertEqual(self.state(vn), "asked")
        self.assertIn("asked, waiting", vn.run("channel", "list"))
        self.assertIn("not answered yet", vn.refuse(1, "channel", "request", "practice"))
        wait_until(lambda: self.queue(ke) == ["Nguyen Van Minh"], "the request arrives")
        request, = ke.lines("channel", "requests", "practice")
        self.assertEqual((request["channel"], request["note"], request["country"], request["verified"]),
                         ("practice", "We met at the round table.", "VN", False))
        self.assertRegex(request["asked"], r"^20\d\d-")
        self.assertIn("We met at the round table.", ke.run("channel", "requests"))
        self.assertIn("1 to enter", ke.run("status"))
        self.assertEqual(ke.lines("status")[0]["requests"], 1)

        # It outlives both sides.
        for home, other in ((ke, vn), (vn, ke)):  # one after the other: each finds the other at its new address
            home.kill()
            home.up("127.0.0.1:0")
            wait_until(lambda: any(p["name"] == other.lines("status")[0]["name"] and p["state"] in ("connected", "in-step")
                                   for p in home.lines("status")[0]["peers"]), "they meet again")
        self.assertEqual(self.queue(ke), ["Nguyen Van Minh"])
        self.assertEqual(self.state(vn), "asked")
        self.assertIn("does not ask", ke.refuse(5, "channel", "approve", "practice", "Olena Kovalenko"))
        ke.run("channel", "approve", "practice", "Nguyen Van Minh")
        self.assertEqual(self.queue(ke), [])
        wait_until(lambda: self.state(vn) == "open", "Viet Nam is in")
        self.assertIn("already", vn.refuse(1, "channel", "request", "practice"))
        ke.run("post", "practice", "Welcome")
        wait_until(lambda: "Welcome" in [m["text"] for m in vn.lines("read", "practice")], "Viet Nam reads")
        # The charter itself is shown before the first word.
        self.assertIn("invited", vn.run("channel", "list"))
        vn.run("read", "practice")
        self.assertIn("What works instead of arrest", vn.error)
        self.assertNotIn("invited", vn.run("channel", "list"))
        self.assertIsNone(self.state(ua))

    def test_denied_by_one_convener_for_all(self):
        ke, vn, ua = self.three()
        ke.run("channel", "invite", "practice", "Nguyen Van Minh")
        wait_until(lambda: self.state(vn) == "open", "Viet Nam is in")
        self.assertEqual(vn.lines("status")[0]["invitations"], 1)
        vn.run("channel", "accept", "practice")
        self.assertEqual(vn.lines("status")[0]["invitations"], 0)
        ke.run("channel", "promote", "practice", "Nguyen Van Minh")
        wait_until(lambda: len(self.others(ua)["practice"]["announced_by"]) == 2, "both announce it")
        ua.run("channel", "request", "practice")
        for home in (ke, vn):
            wait_until(lambda: self.queue(home) == ["Olena Kovalenko"], "both conveners see who asks")
        ke.refuse(2, "channel", "deny", "practice", "Olena Kovalenko", "--reason", "x" * 501)
        ke.refuse(2, "channel", "deny", "practice", "Olena Kovalenko", "--reason", "a\nb")
        vn.run("channel", "deny", "practice", "Olena Kovalenko", "--reason", "Only trainers, this year.")
        wait_until(lambda: self.queue(ke) == [], "Kenya's queue is clear, too")
        wait_until(lambda: self.state(ua) == "denied", "Ukraine is told")
        self.assertIn("Only trainers, this year.", ua.run("channel", "list") + ua.error)

        # One may ask again, and take it back; three times in a week.
        ua.run("channel", "request", "practice", "--note", "We have new trainers.")
        wait_until(lambda: self.queue(vn) == ["Olena Kovalenko"], "asked again")
        ua.run("channel", "request", "practice", "--withdraw")
        self.assertIn("waits", ua.refuse(5, "channel", "request", "practice", "--withdraw"))
        for home in (ke, vn):
            wait_until(lambda: self.queue(home) == [], "taken back")
        ua.run("channel", "request", "practice")
        ua.run("channel", "request", "practice", "--withdraw")
        self.assertIn("often enough", ua.refuse(1, "channel", "request", "practice"))

    def test_listed_and_not(self):
        ke, vn, ua = self.three()
        vn.refuse(5, "channel", "request", "nowhere")
        vn.refuse(2, "channel", "request", "practice", "--note", "x" * 501)
        vn.refuse(2, "channel", "request", "practice", "--note", "\x1b[2J")
        vn.refuse(2, "channel", "request", "practice", "--note", "a\u202eb")
        ke.refuse(2, "channel", "charter", "practice", "--listed", "perhaps")
        changed, = ke.lines("channel", "charter", "practice", "--listed", "off")
        self.assertFalse(changed["listed"])
        wait_until(lambda: "practice" not in self.others(vn), "it is announced no more")
        self.assertIn("announces", vn.refuse(5, "channel", "request", "practice"))
        ke.run("channel", "charter", "practice", "--listed", "on")
        self.sees(vn)

        # A channel of the same name is another's: nobody is asked by mistake.
        ua.run("channel", "create", "practice", "--listed")
        wait_until(lambda: len(vn.lines("channel", "charter", "practice")) == 2, "two of one name")
        self.assertIn("--convener", vn.refuse(5, "channel", "request", "practice"))
        vn.run("channel", "request", "practice", "--convener", "Olena Kovalenko")
        wait_until(lambda: self.queue(ua) == ["Nguyen Van Minh"], "Ukraine is asked")
        self.assertEqual(self.queue(ke), [])

        # Private channels begin with joining, libraries with the start; neither is listed by itself.
        for kind, history in (("discussion", "from-joining"), ("announcement", "from-joining"), ("library", "from-start")):
            made, = ke.lines("channel", "create", "a " + kind, "--kind", kind)
            self.assertEqual((made["history"], made["listed"]), (history, False))

    def test_an_invitation_declined(self):
        ke, vn, _ = self.three()
        ke.run("channel", "invite", "practice", "Nguyen Van Minh")
        wait_until(lambda: self.state(vn) == "open", "Viet Nam is invited")
        self.assertIn("invited", vn.run("channel", "list"))
        vn.run("channel", "decline", "practice")
        self.assertEqual(self.state(vn), "left")
        wait_until(lambda: len(ke.lines("channel", "show", "practice")[0]["members"]) == 1, "Kenya sees it")
        self.assertIn("No invitation", vn.refuse(1, "channel", "accept", "practice"))


if __name__ == "__main__":
    unittest.main()
