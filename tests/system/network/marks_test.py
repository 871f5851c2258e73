"""What people do with messages, on real daemons: edit, retract, react, pin, hide, mute, mention, read what is new, follow a delivery."""

import unittest

from homes import NetworkTest, wait_until


class Marks(NetworkTest):
    def setUp(self):
        super().setUp()
        self.ke = self.founder()
        self.vn = self.join(self.ke, "vn", "Nguyen Van Minh", "VN")
        self.ke.run("channel", "create", "practice", "--receipts", "on")
        self.ke.run("channel", "invite", "practice", "Nguyen Van Minh")
        self.vn.sync()

    def message(self, home, message):
        return {m["id"]: m for m in home.lines("read", "practice", "--keep-unread")}.get(message, {})

    def wait(self, home, message, **fields):
        wait_until(lambda: all(self.message(home, message).get(name) == value for name, value in fields.items()),
                   f"{fields} on {home.name}: {self.message(home, message)}")

    def test_edit_retract_react_pin_and_hide(self):
        first = self.ke.run("post", "practice", "Referral instead of arrest").strip()
        self.wait(self.vn, first, text="Referral instead of arrest", edited=False, unread=True)
        self.assertRegex(self.vn.refuse(4, "edit", first, "I never said that"), r"Only its author")
        edited, = self.ke.lines("edit", first, "Referral before arrest")
        self.assertEqual((edited["id"], edited["text"], edited["edited"]), (first, "Referral before arrest", True))
        self.wait(self.vn, first, text="Referral before arrest", edited=True)
        self.assertEqual(len(self.vn.lines("search", "before")), 1)
        self.assertEqual(self.vn.lines("search", "instead"), [])

        self.vn.run("react", first, "+1")
        self.vn.run("pin", first)
        self.wait(self.ke, first, pinned_by="Nguyen Van Minh",
                  reactions=[{"reaction": "\U0001f44d", "count": 1, "mine": False, "by": ["Nguyen Van Minh"]}])
        self.assertEqual([m["id"] for m in self.ke.lines("read", "practice", "--pinned")], [first])
        self.vn.run("react", first, "+1", "--remove")
        self.ke.run("unpin", first)
        self.wait(self.ke, first, pinned_by="", reactions=[])
        self.vn.refuse(2, "react", first, "x" * 41)

        second = self.vn.run("post", "practice", "The driver's name is secret").strip()
        self.wait(self.ke, second, text="The driver's name is secret")
        self.vn.refuse(4, "hide", first, "--reason", "because")
        self.ke.refuse(2, "hide", second)
        self.ke.run("hide", second, "--reason", "Names a person.")
        self.wait(self.vn, second, state="hidden", text="", hidden_by="Asha Wanjiru", reason="Names a person.")
        self.assertIn("hidden by Asha Wanjiru: Names a person.", self.vn.run("read", "practice", "--keep-unread"))
        self.assertEqual(self.vn.lines("search", "driver"), [])
        self.ke.run("unhide", second)
        self.wait(self.vn, second, text="The driver's name is secret", hidden_by="")

        self.vn.run("retract", second)
        self.wait(self.ke, second, state="retracted", text="")
        self.ke.run("down")
        self.ke.up("127.0.0.1:0")
        self.assertEqual(self.message(self.ke, second)["state"], "retracted")
        self.assertIn("retracted by its author", self.ke.run("read", "practice", "--keep-unread"))
        self.assertEqual(self.ke.lines("search", "driver"), [])
        self.ke.refuse(5, "edit", "99.aaaaaaaaaaaaa", "nothing")

    def test_a_retracted_document_goes_with_its_chunks(self):
        self.file("list.txt", "the names that should not be here\n" * 50)
        document = self.ke.run("doc", "publish", "practice", "list.txt", "--title", "List", "--lang", "en", "--kind",
                               "report").strip()
        wait_until(lambda: [d["state"] for d in self.vn.lines("doc", "list", "practice")] == ["here"], "the document arrives")
        self.assertEqual(len(self.vn.lines("search", "names")), 1)
        self.vn.refuse(4, "retract", document)
        self.ke.run("retract", document)
        wait_until(lambda: self.vn.lines("doc", "list", "practice") == [], "the document goes")
        self.assertEqual(self.ke.lines("doc", "list", "practice"), [])
        self.assertEqual(self.vn.lines("search", "names"), [])
        self.vn.refuse(5, "doc", "get", document, "--out", "copy.txt")

    def test_what_is_new_who_is_named_and_who_is_muted(self):
        self.ke.run("post", "practice", "one")
        named = self.ke.run("post", "practice", "@Nguyen Van Minh: who paid?").strip()
        self.wait(self.vn, named, mentions=["Nguyen Van Minh"], mentions_me=True)
        self.assertEqual([m["text"] for m in self.vn.lines("read", "--unread")], ["one", "@Nguyen Van Minh: who paid?"])
        self.assertEqual(self.vn.lines("read", "--unread"), [])
        self.assertEqual([m["id"] for m in self.vn.lines("read", "--mentions")], [named])
        self.assertEqual(self.ke.lines("read", "--mentions"), [])
        answer = self.vn.run("reply", named, "We did").strip()
        self.wait(self.ke, answer, reply_to=named)
        self.assertEqual([m["id"] for m in self.ke.lines("read", "--thread", answer)], [named, answer])
        self.ke.refuse(2, "read", "--unread", "--mentions")

        self.wait(self.ke, named, state="read", delivered_to=1, delivered_of=1, read_by=1)
        delivery, = self.ke.lines("status", "--delivery", named)
        self.assertEqual([(d["name"], d["state"]) for d in delivery["devices"]], [("Nguyen Van Minh", "read")])
        self.vn.run("down")
        later = self.ke.run("post", "practice", "later").strip()
        self.assertEqual(self.message(self.ke, later)["state"], "stored")
        delivery, = self.ke.lines("status", "--delivery", later)
        self.assertEqual([d["state"] for d in delivery["devices"]], ["waiting"])
        self.vn.up()
        self.wait(self.ke, later, state="delivered")
        self.assertEqual(self.vn.lines("read", "--waiting"), [])

        self.assertTrue(self.vn.lines("mute", "Asha")[0]["muted"])
        self.assertEqual([m["text"] for m in self.vn.lines("read", "practice") if m["kind"] == "post"], ["We did"])
        self.assertIn("muted", self.vn.error)
        self.vn.lines("search", "later")
        self.assertIn("muted", self.vn.error)
        self.assertFalse(self.vn.lines("unmute", "Asha")[0]["muted"])
        self.assertIn("later", [m["text"] for m in self.vn.lines("read", "practice")])


if __name__ == "__main__":
    unittest.main()
