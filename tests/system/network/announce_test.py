"""What others are told to dial: never 0.0.0.0, and what the operator names instead."""

import socket
import unittest

from homes import NetworkTest, wait_until


class Announce(NetworkTest):
    def founder_on(self, *words):
        ke = self.home("ke")
        ke.init("Asha Wanjiru")
        ke.run("up", "--passphrase-file", "pass", *words)
        ke.run("network", "found", "Practice network")
        return ke

    def told(self, home):
        """What the directory says to dial, as another member has it."""
        return [p["address"] for p in home.lines("status")[0]["peers"]]

    def announced(self, home):
        notes = [f["sentence"] for f in home.lines("doctor") if f["subject"] == "listening"]
        return [n.removeprefix("Others are told to dial ").removesuffix(".") for n in notes if n.startswith("Others are told")]

    def check_any_address(self, any_address):
        ke = self.founder_on("--listen", any_address)
        port = ke.lines("status")[0]["listening"][0].rsplit(":", 1)[1]
        told = self.announced(ke)
        for address in told:
            host, told_port = address.rsplit(":", 1)
            self.assertEqual(told_port, port)
            self.assertNotIn(host, ("0.0.0.0", "[::]", "127.0.0.1", "[::1]"))
            self.assertFalse(host.startswith("[fe80"))
            with socket.socket(socket.AF_INET6 if host.startswith("[") else socket.AF_INET) as here:
                here.bind((host.strip("[]"), 0))  # it is an address of this machine
        if told:
            vn = self.join(ke, "vn", "Nguyen Van Minh", "VN")
            wait_until(lambda: self.told(vn) == told[:1], "the address arrives")
        else:
            print("this machine has no address but loopback: only the refusal is tried", flush=True)
            self.assertIn("--announce", ke.refuse(1, "ticket", "create", "--role", "focal-point", "--country", "VN",
                                                  "--valid", "7d"))

    def test_any_address_of_ipv4_is_announced_as_the_machines_own(self):
        self.check_any_address("0.0.0.0:0")

    def test_any_address_of_ipv6_is_announced_as_the_machines_own(self):
        self.check_any_address("[::]:0")

    def test_what_the_operator_names_is_announced_alone(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        ke = self.founder_on("--listen", f"0.0.0.0:{port}", "--announce", f"localhost:{port}")
        self.assertEqual(self.announced(ke), [f"localhost:{port}"])
        vn = self.join(ke, "vn", "Nguyen Van Minh", "VN")  # dials by that name
        vn.sync()
        self.assertEqual(self.told(vn), [f"localhost:{port}"])
        self.assertEqual(ke.lines("status")[0]["listening"], [f"0.0.0.0:{port}"])

    def test_what_nobody_could_dial_is_refused(self):
        ke = self.home("ke")
        ke.init("Asha Wanjiru")
        for words in (("--listen", "127.0.0.1:0", "--announce", "0.0.0.0:7400"), ("--listen", "127.0.0.1:0", "--announce", "host:0"),
                      ("--announce", "node.example:7400")):
            self.assertIn("--announce", ke.refuse(2, "up", "--passphrase-file", "pass", *words))
            ke.refuse(3, "status")


if __name__ == "__main__":
    unittest.main()
