"""A clock that is far off: the user is told what, why and what to do; nothing is lost, and all is well once it is set right."""

import unittest

from homes import NetworkTest, wait_until


class Clock(NetworkTest):
    def two(self):
        ke = self.founder()
        vn = self.join(ke, "vn", "Nguyen Van Minh", "VN")
        ke.run("channel", "create", "practice")
        ke.run("channel", "invite", "practice", "Nguyen Van Minh")
        vn.sync()
        return ke, vn

    def restart(self, home, days, *listen):
        home.run("down")
        home.set_clock(days)
        home.up(*listen)

    def clock_findings(self, home, exit_code=0):
        return [f for f in home.lines("doctor", expect=exit_code) if f["subject"] == "clock"]

    def test_a_clock_some_hours_off_is_told_on_both_sides(self):
        ke, vn = self.two()
        self.assertEqual(self.clock_findings(vn), [])
        self.restart(vn, 5 / 24)
        vn.sync()
        (finding,) = self.clock_findings(vn)
        self.assertEqual(finding["severity"], "warning")
        self.assertRegex(finding["sentence"], r"clock is 5 hours ahead of that of Asha Wanjiru: one of the two is wrong\..* set it right")
        self.assertIn(finding["sentence"], vn.lines("status")[0]["warnings"])
        (finding,) = self.clock_findings(ke)
        self.assertIn("clock is 5 hours behind that of Nguyen Van Minh", finding["sentence"])
        vn.run("post", "practice", "from a fast clock")
        self.restart(vn, 0)
        vn.sync()
        self.assertEqual(self.clock_findings(vn), [])
        self.assertEqual(self.clock_findings(ke), [])
        self.assertEqual([m["text"] for m in ke.lines("read", "practice") if m["kind"] == "post"], ["from a fast clock"])

    def test_a_clock_before_the_home_was_made(self):
        _, vn = self.two()
        self.restart(vn, -3650)
        (finding,) = self.clock_findings(vn, exit_code=1)
        self.assertEqual(finding["severity"], "error")
        self.assertRegex(finding["sentence"], r"clock says 201\d-.*, which is before this home was made.*\. Set it right")
        self.assertTrue(any("accreditation begins only on" in w for w in vn.lines("status")[0]["warnings"]))
        self.assertIn("Set the clock right", vn.refuse(4, "channel", "create", "another"))
        self.assertEqual([c["name"] for c in vn.lines("channel", "list")], ["practice"])

    def test_a_clock_by_which_everything_has_expired(self):
        ke, vn = self.two()
        self.restart(vn, 3650)
        self.assertRegex(" ".join(vn.lines("status")[0]["warnings"]),
                         r"accreditation ended on 20\d\d-\d\d-\d\d by this computer's clock, which says 203\d-\d\d-\d\d\. Set the clock right")
        self.assertIn("Set the clock right", vn.refuse(4, "channel", "create", "another"))
        self.restart(vn, 0)
        vn.run("channel", "create", "another")
        ke.run("post", "practice", "welcome back")
        vn.sync()
        self.assertEqual([m["text"] for m in vn.lines("read", "practice") if m["kind"] == "post"], ["welcome back"])

    def test_a_clock_that_is_set_while_the_node_runs(self):
        ke, vn = self.two()
        self.restart(vn, 0)
        vn.sync()
        for days, word in ((6, "6 days ahead"), (3, "3 days ahead"), (0, None)):  # forward, and back twice
            vn.set_clock(days)
            wait_until(lambda: self.verdict(vn) == word, f"doctor tells of a clock set to {days} days")
            ke.run("post", "practice", f"at {days}")
            vn.sync()
        self.assertEqual([m["text"] for m in vn.lines("read", "practice") if m["kind"] == "post"], ["at 6", "at 3", "at 0"])
        self.assertIn("clock_was_set", vn.log())

    def verdict(self, home):
        """What the clock is said to be, compared with the peer's; "" before the peer is met."""
        told = " ".join(f["sentence"] for f in home.lines("doctor", expect=None) if f["subject"] == "clock")
        if not any(p["state"] in ("connected", "in-step") for p in home.lines("status")[0]["peers"]):
            return ""
        return next((word for word in ("6 days ahead", "3 days ahead") if word in told), None)


if __name__ == "__main__":
    unittest.main()
