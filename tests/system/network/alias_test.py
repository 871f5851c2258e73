"""Names for one channel alone, on real daemons: who enters, who speaks, and what the others are shown."""

import unittest

from homes import DevicesTest, wait_until


class Alias(DevicesTest):
    def three(self, *options):
        """Kenya convenes "round table", Viet Nam is there in his own name, Ukraine is in the network."""
        ke = self.founder()
        vn = self.join(ke, "vn", "Nguyen Van Minh", "VN", "127.0.0.1:0")
        ua = self.join(ke, "ua", "Olena Kovalenko", "UA", "127.0.0.1:0")
        ke.run("channel", "create", "round table", "--purpose", "What nobody says in their own name", *options)
        ke.run("channel", "invite", "round table", "Nguyen Van Minh")
        wait_until(lambda: "round table" in [c["name"] for c in vn.lines("channel", "list")], "Viet Nam is in")
        return ke, vn, ua

    def asks(self, ke, ua, name="Heron"):
        wait_until(lambda: [(r["name"], r["under_alias"]) for r in ke.lines("channel", "requests")] == [("Olena Kovalenko", name)],
                   "the request arrives")

    def enters(self, ke, ua):
        ke.run("channel", "approve", "round table", "Olena Kovalenko")
        wait_until(lambda: [c["state"] for c in ua.lines("channel", "list") if c["name"] == "round table"] == ["open"], "Ukraine is in")

    def reads(self, home, text, author):
        wait_until(lambda: (text, author) in [(m["text"], m["author"]) for m in home.lines("read", "round table")],
                   "%s reads %r by %s" % (home.name, text, author))

    def test_under_an_alias(self):
        ke, vn, ua = self.three("--alias", "accredited", "--listed")
        wait_until(lambda: "round table" in [c["name"] for c in ua.lines("channel", "list", "--all")], "Ukraine sees it")
        # The rule is shown before one asks.
        self.assertEqual(ua.lines("channel", "charter", "round table")[0]["aliases"], "accredited")
        self.assertIn("conveners know who stands behind", ua.run("channel", "charter", "round table"))
        for bad, code in (("Nguyen Van Minh", 1), ("NGUYEN van minh", 1), ("Heron (focal point", 2), ("x", 2), ("a\u202eb", 2),
                          ("Heron" * 10, 2)):
            ua.refuse(code, "channel", "request", "round table", "--alias", bad)
        self.assertEqual(ua.lines("channel", "list"), [])
        said = ua.run("channel", "request", "round table", "--alias", "Heron", "--note", "From Kyiv")
        self.assertIn("as Heron", said)
        self.assertIn("Asha Wanjiru will know that Heron is you", ua.error)
        self.asks(ke, ua)
        self.assertIn("Olena Kovalenko, as Heron", ke.run("channel", "requests"))
        self.enters(ke, ua)

        ua.run("post", "round table", "We are asked for lists.")
        shown = "Heron (alias, accredited)"
        self.reads(vn, "We are asked for lists.", shown)
        vn.run("post", "round table", "By whom, @Heron?")
        self.reads(ua, "By whom, @Heron?", "Nguyen Van Minh")
        self.assertEqual([m["text"] for m in ua.lines("read", "round table", "--mentions")], ["By whom, @Heron?"])
        mine, = [m for m in ua.lines("read", "round table") if m["author"] == shown]
        self.assertIn(shown + " (you)", ua.run("read", "round table"))
        ua.run("edit", mine["id"], "We are asked for lists of names.")
        self.reads(vn, "We are asked for lists of names.", shown)
        self.assertIn("You are", ua.run("channel", "show", "round table"))

        # Who it is stands at the convener's, and nowhere at the other's: not in any view that there is.
        self.assertIn("you know it is Olena Kovalenko", ke.run("channel", "show", "round table"))
        for view in (["channel", "show", "round table"], ["read", "round table"], ["channel", "list", "--all"], ["search", "lists"],
                     ["channel", "charter", "round table"], ["doctor"]):
            for style in ([], ["--json"]):
                self.assertNotIn("Olena", vn.run(*view, *style) + vn.error, view)
        self.assertNotIn("Heron", vn.run("who"))
        vn.refuse(5, "who", "Heron")
        vn.refuse(5, "dm", "Heron", "Who are you?")
        self.assertIn("own names", ke.refuse(1, "channel", "promote", "round table", "Heron"))
        self.assertIn("under an alias", ke.refuse(1, "channel", "invite", "round table", "Olena Kovalenko"))

        # It outlives the processes, and ends with the removal.
        for home in (ua, ke):
            home.kill()
            home.up("127.0.0.1:0")
        ua.run("post", "round table", "Still here.")
        self.reads(vn, "Still here.", shown)
        ke.run("channel", "remove", "round table", "Heron")
        wait_until(lambda: [m["person"]["name"] if "person" in m else m["name"]
                            for m in vn.lines("channel", "show", "round table")[0]["members"]] == ["Asha Wanjiru", "Nguyen Van Minh"],
                   "Viet Nam sees the removal")
        self.assertNotIn("Olena", ke.run("channel", "show", "round table"))

    def test_not_listed_and_shown_with_the_whole_card(self):
        ke, vn, ua = self.three("--alias", "full")
        ke.refuse(2, "channel", "create", "other", "--alias", "nothing")
        self.assertIn("may ask", ke.run("channel", "invite", "round table", "Olena Kovalenko", "--alias"))
        wait_until(lambda: [c["state"] for c in ua.lines("channel", "list")] == ["may-ask"], "Ukraine may ask")
        ua.run("channel", "list")
        self.assertIn("lets you ask", ua.error)
        self.assertIn("name included", ua.run("channel", "charter", "round table"))
        ua.run("channel", "accept", "round table", "--alias", "Heron")
        self.asks(ke, ua)
        self.enters(ke, ua)
        ua.run("post", "round table", "Good evening")
        self.reads(vn, "Good evening", "Heron (alias of Olena Kovalenko, focal point, UA)")

    def test_on_two_devices(self):
        ke, vn, ua = self.three("--alias", "accredited", "--listed")
        laptop = self.add(ua, "laptop", "laptop")
        for home in (ke, vn, ua, laptop):
            home.run("down")
            home.set_clock(days=4)  # a device that was just added would wait for hours
            home.up("127.0.0.1:0")
        wait_until(lambda: "round table" in [c["name"] for c in ua.lines("channel", "list", "--all")], "Ukraine sees it")
        ua.run("channel", "request", "round table", "--alias", "Heron")
        self.assertIn("other devices", ua.error)
        self.asks(ke, ua)
        self.enters(ke, ua)
        wait_until(lambda: ["open"] == [c["state"] for c in laptop.lines("channel", "list") if c["name"] == "round table"],
                   "the alias comes to the laptop")
        shown = "Heron (alias, accredited)"

        def posted():
            laptop.run("post", "round table", "From the laptop.", expect=None)
            return "From the laptop." in [m["text"] for m in laptop.lines("read", "round table")]
        wait_until(posted, "the laptop has a key")
        for home in (ke, vn, ua):
            self.reads(home, "From the laptop.", shown)
        ua.run("post", "round table", "From the desk.")
        self.reads(laptop, "From the desk.", shown)
        self.assertIn(shown + " (you)", laptop.run("read", "round table"))
        self.assertNotIn("Olena", vn.run("channel", "show", "round table"))
        self.assertIn("added another device of Heron", vn.run("read", "round table"))

        # Lost: Heron goes on without it.
        ua.run("device", "revoke", "laptop", "--reason", "device-lost")
        wait_until(lambda: "took out a device of Heron" in vn.run("read", "round table"), "its device is out")
        vn.run("post", "round table", "Among ourselves.")
        self.reads(ua, "Among ourselves.", "Nguyen Van Minh")
        ua.run("post", "round table", "Still here.")
        self.reads(vn, "Still here.", shown)
        laptop.run("down")
        laptop.up("127.0.0.1:0")
        self.assertNotIn("Among ourselves.", laptop.run("read", "round table"))


if __name__ == "__main__":
    unittest.main()
