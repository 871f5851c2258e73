"""What was acknowledged survives kill -9, at any moment, on either side."""

import os
import threading
import unittest

from homes import NetworkTest

MARKER = "zebra-crossing-marker"


class Crash(NetworkTest):
    def test_every_acknowledged_post_survives_kill(self):
        ke = self.founder()
        ke.run("channel", "create", "practice")
        acknowledged = []
        for round_ in range(3):
            def write():
                for i in range(200):
                    try:
                        acknowledged.append((ke.run("post", "practice", f"{MARKER} {round_} {i}").strip(), f"{MARKER} {round_} {i}"))
                    except AssertionError:
                        return
            writer = threading.Thread(target=write)
            enough = len(acknowledged) + 15
            writer.start()
            while len(acknowledged) < enough and writer.is_alive():
                pass
            ke.kill()
            writer.join()
            ke.up("127.0.0.1:0")
            texts = {m["id"]: m["text"] for m in ke.lines("read", "practice", "--limit", "1000")}
            for identity, text in acknowledged:
                self.assertEqual(texts.get(identity), text)

    def test_nothing_readable_is_on_the_disk(self):
        ke = self.founder()
        ke.run("channel", "create", MARKER + "-channel")
        ke.run("post", MARKER + "-channel", MARKER)
        self.file(MARKER + ".md", "# " + MARKER * 1000)
        ke.run("doc", "publish", MARKER + "-channel", MARKER + ".md", "--title", MARKER, "--lang", "en", "--kind", "report")
        ke.kill()
        seen = 0
        for folder, _, files in os.walk(ke.path):
            for name in files:
                self.assertNotIn(MARKER, name)
                if name == "control.sock":
                    continue
                with open(os.path.join(folder, name), "rb") as file:
                    content = file.read()
                for word in (MARKER, "Asha", "Wanjiru", "Practice network", "focal-point", "SQLite"):
                    self.assertNotIn(word.encode(), content, f"{word} in {name}")
                seen += len(content)
        self.assertGreater(seen, 10000)

    def test_a_peer_killed_in_the_middle_catches_up(self):
        ke = self.founder()
        vn = self.join(ke, "vn", "Nguyen Van Minh", "VN")
        ke.run("channel", "create", "practice")
        ke.run("channel", "invite", "practice", "Nguyen Van Minh")
        vn.sync()
        for i in range(30):
            ke.run("post", "practice", f"message {i}")
            if i % 5 == 1:  # a daemon just killed may still take a call: `up` must not believe it
                vn.kill()
                vn.up()
        vn.sync()
        self.assertEqual([m["text"] for m in vn.lines("read", "practice", "--limit", "100") if m["kind"] == "post"],
                         [f"message {i}" for i in range(30)])


if __name__ == "__main__":
    unittest.main()
