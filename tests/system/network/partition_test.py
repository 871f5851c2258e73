"""Three people, five devices, a partition, a removal on each side of it, and its healing, on real daemons.

One side runs while the other is down, and then the other way round: so nothing of what one side does is known to the other.
"""

import unittest

from homes import DevicesTest, wait_until


class Partition(DevicesTest):
    def setUp(self):
        super().setUp()
        self.ke = self.founder()
        self.vn = self.join(self.ke, "vn", "Nguyen Van Minh", "VN", "127.0.0.1:0")
        self.ua = self.join(self.ke, "ua", "Olena Kovalenko", "UA", "127.0.0.1:0")
        self.ke.run("channel", "create", "practice", "--purpose", "What works instead of arrest", "--history", "from-joining")
        self.ke.run("channel", "invite", "practice", "Nguyen Van Minh")
        self.ke.run("channel", "invite", "practice", "Olena Kovalenko")
        self.ke.run("channel", "promote", "practice", "Nguyen Van Minh")
        self.ke_laptop = self.add(self.ke, "ke-laptop", "field laptop")
        self.vn_laptop = self.add(self.vn, "vn-laptop", "travel laptop")
        self.all = [self.ke, self.ke_laptop, self.vn, self.vn_laptop, self.ua]
        self.addresses = {home.name: home.lines("status")[0]["listening"][0] for home in self.all}

    def posts(self, home):
        return {m["text"] for m in home.lines("read", "practice", expect=None) if m["kind"] == "post"}

    def members(self, home):
        return sorted(m["name"] for m in home.lines("channel", "show", "practice")[0]["members"])

    def state(self, home):
        return home.lines("channel", "show", "practice", expect=None)[0]["state"]

    def say(self, home, text):
        """Posts as soon as this device has a key."""
        def said():
            home.run("post", "practice", text, expect=None)
            return text in self.posts(home)
        wait_until(said, f"{home.name} can write")

    def read_by(self, text, *homes):
        for home in homes:
            wait_until(lambda: text in self.posts(home), f"{home.name} reads \"{text}\"")

    def down(self, *homes):
        for home in homes:
            home.run("down")

    def up(self, *homes):
        for home in homes:
            home.up(self.addresses[home.name])

    def test_a_removal_on_each_side(self):
        everybody = ["Asha Wanjiru", "Nguyen Van Minh", "Olena Kovalenko"]
        for home in self.all:
            self.say(home, f"from {home.name}")
        for home in self.all:
            self.read_by(f"from {home.name}", *self.all)
            wait_until(lambda: self.members(home) == everybody, "three members")
        conveners = [c["name"] for c in self.ua.lines("channel", "conveners", "practice")]
        self.assertEqual(conveners, ["Asha Wanjiru", "Nguyen Van Minh"])

        # One side: Asha's office and Olena. Asha removes Nguyen.
        self.down(self.ke_laptop, self.vn, self.vn_laptop)
        self.ke.run("channel", "remove", "practice", "Nguyen Van Minh")
        self.say(self.ke, "without Nguyen")
        self.read_by("without Nguyen", self.ua)
        self.assertEqual(self.members(self.ua), ["Asha Wanjiru", "Olena Kovalenko"])
        self.say(self.ua, "Olena's answer")
        self.read_by("Olena's answer", self.ke)
        self.down(self.ke, self.ua)

        # The other: both devices of Nguyen, and Asha's laptop. Nguyen removes Olena.
        self.up(self.vn, self.vn_laptop, self.ke_laptop)
        self.vn.run("channel", "remove", "practice", "Olena Kovalenko")
        self.say(self.vn, "without Olena")
        self.read_by("without Olena", self.vn_laptop, self.ke_laptop)
        self.assertEqual(self.members(self.ke_laptop), ["Asha Wanjiru", "Nguyen Van Minh"])
        self.say(self.ke_laptop, "from the road")
        self.read_by("from the road", self.vn, self.vn_laptop)
        for home in (self.vn, self.vn_laptop, self.ke_laptop):
            self.assertNotIn("without Nguyen", self.posts(home))

        # It heals. Asha ranks above: what Nguyen did at the same time does not count, and Olena was never out.
        self.up(self.ke, self.ua)
        here = [self.ke, self.ke_laptop, self.ua]
        for home in here:
            wait_until(lambda: self.members(home) == ["Asha Wanjiru", "Olena Kovalenko"], f"{home.name} knows who is in")
        for home in (self.vn, self.vn_laptop):
            wait_until(lambda: self.state(home) == "removed", f"{home.name} knows that it is out")
        # What Asha's laptop wrote was sealed without Olena. She gets its key without asking anybody.
        self.read_by("from the road", self.ke, self.ua)
        self.read_by("without Nguyen", self.ke_laptop)
        self.read_by("Olena's answer", self.ke_laptop)
        for home in here:
            wait_until(lambda: home.lines("read", "practice", "--waiting") == [], f"nothing waits at {home.name}")
            self.say(home, f"together again, {home.name}")
        for home in here:
            self.read_by(f"together again, {home.name}", *here)
        epochs = {home.lines("channel", "show", "practice")[0]["epoch"] for home in here}
        self.assertEqual(len(epochs), 1, epochs)
        shown = [[m["id"] for m in home.lines("read", "practice") if m["kind"] == "post"] for home in here]
        self.assertEqual(shown[0], shown[2])
        for home in (self.vn, self.vn_laptop):
            read = self.posts(home)
            self.assertFalse({"without Nguyen", "Olena's answer"} & read or any("together" in text for text in read), read)
            home.refuse(4, "post", "practice", "one more word")

        # Back in, he reads from then on, on both devices, and nothing of what was said without him.
        self.ke.run("channel", "invite", "practice", "Nguyen Van Minh")
        for home in (self.vn, self.vn_laptop):
            wait_until(lambda: self.state(home) == "open", f"{home.name} is back in")
        self.say(self.ua, "welcome back")
        self.read_by("welcome back", *self.all)
        for home in (self.vn, self.vn_laptop):
            self.assertFalse({"without Nguyen", "Olena's answer"} & self.posts(home))


if __name__ == "__main__":
    unittest.main()
