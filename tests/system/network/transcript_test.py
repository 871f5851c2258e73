"""The main job, as the README prints it: two countries exchange a signed message and a document."""

import re
import unittest

from homes import NetworkTest

GUIDE = "# Needle disposal\n\nUse a rigid container.\n\n" + "".join(
    f"## Section {i}\n\nWhat officers found useful, part {i}.\n\n" for i in range(200))


class Transcript(NetworkTest):
    def test_two_countries(self):
        ke = self.home("ke")
        ke.run("init", "--name", "Asha Wanjiru", "--role", "focal-point", "--country", "KE", "--passphrase-file", "pass",
               "--recovery-file", "sheet")
        ke.run("up", "--listen", "127.0.0.1:0", "--passphrase-file", "pass")
        ke.run("network", "found", "Practice network")
        ticket = ke.run("ticket", "create", "--role", "focal-point", "--country", "VN", "--valid", "7d")
        self.assertRegex(ticket, r"^liaise1-[0-9a-z]+\n$")

        vn = self.home("vn")
        vn.run("init", "--name", "Nguyen Van Minh", "--role", "focal-point", "--country", "VN", "--passphrase-file", "pass",
               "--recovery-file", "sheet2")
        vn.run("up", "--passphrase-file", "pass")
        vn.run("join", ticket.strip())

        ke.run("channel", "create", "practice")
        ke.run("channel", "invite", "practice", "Nguyen Van Minh")
        text = "Referral instead of arrest: what worked in Kisumu."
        posted = ke.run("post", "practice", text)
        self.assertRegex(posted, r"^[0-9]+\.[0-9a-z]+\n$")

        vn.run("sync", "--wait", "10")
        messages = [m for m in vn.lines("read", "practice") if m["kind"] == "post"]
        self.assertEqual(len(messages), 1)
        message = messages[0]
        self.assertEqual(list(message)[:10],
                         ["id", "channel", "author", "author_id", "role", "country", "verified", "time", "text", "state"])
        self.assertEqual(message["id"], posted.strip())
        self.assertEqual((message["channel"], message["author"], message["role"], message["country"]),
                         ("practice", "Asha Wanjiru", "focal-point", "KE"))
        self.assertEqual(message["text"], text)
        self.assertIs(message["verified"], False)
        self.assertRegex(message["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")

        self.file("guide.md", GUIDE)
        document = vn.run("doc", "publish", "practice", "guide.md", "--title", "Needle disposal", "--lang", "en", "--kind",
                          "good-practice").strip()
        ke.run("sync", "--wait", "10")
        documents = ke.lines("doc", "list", "practice")
        self.assertEqual(len(documents), 1)
        self.assertEqual(list(documents[0])[:9],
                         ["id", "revision", "title", "lang", "kind", "bytes", "author", "time", "state"])
        self.assertEqual(documents[0]["id"], document)
        self.assertEqual((documents[0]["revision"], documents[0]["title"], documents[0]["lang"], documents[0]["kind"]),
                         (1, "Needle disposal", "en", "good-practice"))
        self.assertEqual(documents[0]["bytes"], len(GUIDE.encode()))

        ke.run("doc", "get", document, "--out", "copy.md")
        with open(self.folder + "/copy.md", encoding="utf-8") as copy:
            self.assertEqual(copy.read(), GUIDE)
        self.assertIn("--force", ke.refuse(1, "doc", "get", document, "--out", "copy.md"))
        ke.run("doc", "get", document, "--out", "copy.md", "--force")

        hits = ke.lines("search", "disposal")
        self.assertTrue(any(hit.get("id") == document for hit in hits), hits)
        ke.run("down")
        self.assertIn("liaise", ke.refuse(3, "status"))

    def test_talk_both_ways_across_restarts(self):
        ke = self.founder()
        vn = self.join(ke, "vn", "Nguyen Van Minh", "VN")
        ke.run("channel", "create", "practice")
        ke.run("channel", "invite", "practice", "Nguyen")
        vn.sync()
        first = ke.run("post", "practice", "One").strip()
        vn.sync()
        answer = vn.run("reply", first, "Two").strip()
        ke.sync()
        self.assertEqual([m["text"] for m in ke.lines("read", "practice") if m["kind"] == "post"], ["One", "Two"])
        self.assertEqual(ke.lines("read", "practice")[-1]["reply_to"], first)

        vn.run("down")
        ke.run("post", "practice", "Three, while Viet Nam is away")
        vn.up()
        vn.sync()
        self.assertEqual([m["text"] for m in vn.lines("read", "practice") if m["kind"] == "post"],
                         ["One", "Two", "Three, while Viet Nam is away"])
        self.assertTrue(re.fullmatch(r"[0-9]+\.[0-9a-z]+", answer))


if __name__ == "__main__":
    unittest.main()
