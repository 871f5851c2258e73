#!/usr/bin/env python3
"""Keeps the rules of rules.py.   lint.py arrows | words | refusals | sizes | purity NM ARCHIVE... | self-test"""

import subprocess
import sys
from functools import partial
from pathlib import Path

import rules

ROOT = Path(__file__).resolve().parent.parent.parent
SKIPPED = {"build", "node_modules", ".git", ".cache", "corpus"}
TEXTS = {".h", ".hpp", ".c", ".cpp", ".capnp", ".cmake", ".txt", ".md", ".sh", ".py", ".js", ".mjs", ".json", ".sql", ".service", ""}
LONG_LINES = 500


def files(suffixes):
    pending = [ROOT]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            if path.name in SKIPPED or path.is_symlink():
                continue
            if path.is_dir():
                pending.append(path)
            elif path.suffix in suffixes:
                yield path.relative_to(ROOT).as_posix()


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def sources():
    return (path for path in files({".h", ".hpp", ".c", ".cpp"}))


def arrows():
    for path in sources():
        yield from rules.check_includes(path, text_of(path))


def words():
    for path in files(TEXTS):
        yield from rules.check_words(path, text_of(path))


def refusals():
    tests = "".join(text_of(path) for path in sources() if path.startswith("tests/"))
    yield from rules.check_refusals("protocol/mls/errors.h", text_of("protocol/mls/errors.h"), tests)


def sizes():
    """A report: long files are a question, not an error."""
    lengths = sorted(((text_of(path).count("\n"), path) for path in sources()), reverse=True)
    long_ones = [(lines, path) for lines, path in lengths if lines > LONG_LINES]
    print(f"{len(lengths)} sources, {sum(lines for lines, _ in lengths)} lines; {len(long_ones)} files over {LONG_LINES} lines")
    for lines, path in long_ones:
        print(f"  {lines} {path}: does it still have one purpose?")
    return []


def purity(nm, archives):
    for archive in archives:
        listing = subprocess.run([nm, "-uC", archive], capture_output=True, text=True, check=True).stdout
        yield from rules.check_symbols(Path(archive).name, listing.splitlines())


def self_test():
    """Each rule bites on a sample that breaks it, and lets one pass that does not."""
    cases = [
        (rules.check_includes, "protocol/log/a.cpp", '#include "protocol/crypto/hash.h"', 0),
        (rules.check_includes, "protocol/log/a.cpp", '#include "protocol/channel/seal.h"', 1),
        (rules.check_includes, "protocol/log/a.cpp", '#include "node/store/store.h"', 1),
        (rules.check_includes, "protocol/mls/a.cpp", '#include "protocol/identity/charter.h"', 1),
        (rules.check_includes, "protocol/sync/a.cpp", '#include "protocol/channel/seal.h"', 1),
        (rules.check_includes, "cli/a.cpp", '#include "node/store/store.h"', 1),
        (rules.check_includes, "cli/command/a.cpp", '#include "cli/output.h"', 0),
        (rules.check_includes, "node/service/a.cpp", '#include "node/control/server.h"', 1),
        (rules.check_includes, "node/main.cpp", '#include "node/daemon/daemon.h"', 0),
        (rules.check_includes, "protocol/log/a.cpp", '#include "../crypto/hash.h"', 1),
        (rules.check_includes, "protocol/log/a.cpp", '#include "entry.h"', 1),
        (rules.check_includes, "protocol/log/a.cpp", "#include <sodium.h>", 1),
        (rules.check_includes, "protocol/crypto/a.cpp", "#include <sodium.h>", 0),
        (rules.check_includes, "node/store/a.cpp", "#include <zmq.h>", 1),
        (rules.check_includes, "node/transport/a.cpp", "#include <sqlite3.h>", 1),
        (rules.check_includes, "protocol/log/entry.cpp", "#include <capnp/message.h>", 1),
        (rules.check_includes, "protocol/sync/wire.cpp", "#include <capnp/message.h>", 0),
        (rules.check_includes, "protocol/sync/wire.cpp", "#include <capnp/rpc.h>", 1),
        (rules.check_includes, "protocol/log/a.cpp", "#include <fstream>", 1),
        (rules.check_includes, "protocol/log/a.cpp", "#include <chrono>", 0),
        (rules.check_symbols, "a", ["a.o:", " U clock_gettime@GLIBC_2.17"], 1),
        (rules.check_symbols, "a", ["a.o:", " U std::chrono::_V2::system_clock::now()"], 1),
        (rules.check_symbols, "a", ["a.o:", " U crypto_sign_keypair"], 1),
        (rules.check_symbols, "a", ["a.o:", " U crypto_sign_seed_keypair", " U memcpy"], 0),
        (rules.check_symbols, "a", ["a.o:", " U socket", " U randombytes_buf", " U pthread_create"], 3),
        (rules.check_symbols, "a", ["a.o:", " U std::basic_ofstream<char, std::char_traits<char> >::close()"], 1),
        (rules.check_words, "a.cpp", "// TO" "DO later", 1),
        (rules.check_words, "a.cpp", "// works for " "now", 1),
        (partial(rules.check_refusals, tests="CHECK(Rule::padding)"), "errors.h", '    X(padding, malformed, "6", "")', 0),
        (partial(rules.check_refusals, tests="CHECK(Rule::paddings)"), "errors.h", '    X(padding, malformed, "6", "")', 1),
        (rules.check_words, "a.cpp", "mkdtemp of home-" + "X" * 6, 0),
    ]
    for check, name, sample, due in cases:
        found = list(check(name, sample))
        if len(found) != due:
            yield f"{getattr(check, 'func', check).__name__}({name!r}, {sample!r}) found {found}, due were {due}"


def main(arguments):
    commands = {"arrows": arrows, "words": words, "refusals": refusals, "sizes": sizes, "self-test": self_test}
    if len(arguments) >= 3 and arguments[0] == "purity":
        faults = list(purity(arguments[1], arguments[2:]))
    elif len(arguments) == 1 and arguments[0] in commands:
        faults = list(commands[arguments[0]]())
    else:
        print(__doc__, file=sys.stderr)
        return 2
    print("\n".join(faults) if faults else f"{arguments[0]}: nothing found")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
