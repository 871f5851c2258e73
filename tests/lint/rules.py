"""The rules of the house that a machine can keep (docs/contributing.md). Each check yields sentences; none means it holds."""

import re
from pathlib import PurePosixPath

# --- Include arrows: a folder, and the folders it may include besides itself.

PROTOCOL = ["protocol/base", "protocol/schema", "protocol/crypto", "protocol/mls", "protocol/identity", "protocol/log",
            "protocol/channel", "protocol/document", "protocol/sync"]

ARROWS = {
    "protocol/base": [],
    "protocol/schema": ["protocol/base"],
    "protocol/crypto": ["protocol/base"],
    "protocol/mls": ["protocol/crypto", "protocol/base"],
    "protocol/identity": ["protocol/crypto", "protocol/base"],
    "protocol/log": ["protocol/crypto", "protocol/base"],
    "protocol/document": ["protocol/crypto", "protocol/base"],
    "protocol/channel": ["protocol/mls", "protocol/identity", "protocol/log", "protocol/schema", "protocol/crypto", "protocol/base"],
    "protocol/sync": ["protocol/log", "protocol/document", "protocol/schema", "protocol/crypto", "protocol/base"],
    "node/store": PROTOCOL,
    "node/transport": PROTOCOL,
    "node/relay": PROTOCOL + ["node/store", "node/transport"],
    "node/service": PROTOCOL + ["node/store", "node/transport"],
    "node/control": PROTOCOL + ["node/service"],
    "node/daemon": PROTOCOL + ["node/store", "node/transport", "node/relay", "node/service", "node/control"],
    "node": PROTOCOL + ["node/daemon"],
    "cli": ["protocol/base", "protocol/schema"],
    "tests": PROTOCOL + ["node", "cli"],
}

# --- Libraries: a header's beginning, and the only places that include it (a folder, or a pattern for a path).

LIBRARIES = [
    (r"sodium(\.h|/)", [r"protocol/crypto/", r"tests/support/", r"tests/bench/"]),
    (r"zmq(\.h|\.hpp|_utils\.h)", [r"node/transport/", r"tests/"]),
    (r"sqlite3(ext)?\.h", [r"node/store/", r"tests/"]),
    (r"zstd\.h", [r"protocol/document/", r"tests/"]),
    (r"(capnp/(rpc|ez-rpc|capability)|kj/async)", [r"protocol/schema/control", r"node/(control|daemon|transport)/", r"node/main", r"cli/client",
                                                   r"tests/"]),
    (r"(capnp|kj)/", [r"protocol/schema/", r"protocol/\w+/(\w*codec|wire|content)\w*\.", r"node/", r"cli/", r"tests/"]),
]

# Only what follows may name a clock, a file, a socket, a thread or a random source in a pure header or source.
IMPURE_HEADERS = (r"(chrono_io|ctime|filesystem|fstream|iostream|mutex|thread|future|condition_variable|random|"
                  r"sys/|unistd\.h|fcntl\.h|pthread\.h|poll\.h|time\.h|netinet/|arpa/|netdb\.h)")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


def folder_of(path):
    """The longest folder of ARROWS that holds this path."""
    fitting = [folder for folder in ARROWS if path == folder or path.startswith(folder + "/")]
    return max(fitting, key=len, default=None)


def check_includes(path, text):
    folder = folder_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        kind, header = match.groups()
        where = f"{path}:{number}"
        if kind == '"':
            yield from check_arrow(where, folder, header)
        else:
            yield from check_library(where, path, header)


def check_arrow(where, folder, header):
    target = folder_of(header)
    if target is None or header.startswith("."):
        yield f'{where}: "{header}" is not written from the root of the repository ("protocol/log/entry.h")'
        return
    allowed = [folder] + ARROWS.get(folder, [])
    if folder and not any(target == a or target.startswith(a + "/") for a in allowed):
        yield f"{where}: {folder} may not include {target} ({header})"


def check_library(where, path, header):
    for pattern, places in LIBRARIES:
        if re.match(pattern, header):
            if not any(re.match(place, path) for place in places):
                yield f"{where}: <{header}> belongs elsewhere"
            break
    if path.startswith("protocol/") and re.match(IMPURE_HEADERS, header):
        yield f"{where}: <{header}> has no place in protocol/, which is handed time, randomness, files and sockets"


# --- Purity: what an archive of protocol/ may leave undefined.

IMPURE_CALLS = {
    "a clock": r"(clock_gettime|clock|gettimeofday|time|ftime|timespec_get|localtime(_r)?|nanosleep|usleep|sleep|"
               r"std::chrono::_V2::\w+::now\(\))",
    "a file": r"(open(at|64)?|creat|fopen(64)?|freopen(64)?|read|pread(64)?|write|pwrite(64)?|unlink|rename|mkdir|stat(64)?|lstat|mmap(64)?|"
              r"std::(__cxx11::)?basic_(i|o)?f(stream|ilebuf)<.*|std::filesystem::.*|getenv|secure_getenv)",
    "a socket": r"(socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|getaddrinfo|poll|ppoll|select|epoll_\w+)",
    "a thread": r"(pthread_create|thrd_create|std::thread::.*|std::condition_variable::.*|fork|vfork|execv\w*|system|popen)",
    "randomness": r"(rand(_r)?|random|drand48|arc4random\w*|getrandom|getentropy|std::random_device::.*|randombytes\w*|"
                  r"crypto_\w*_keypair|crypto_\w*_keygen|crypto_box_seal|crypto_pwhash_str\w*)",
}
# Deterministic in spite of its name: the seed is an argument.
PURE_CALLS = re.compile(r"(crypto_\w*_seed_keypair|randombytes_buf_deterministic)$")


def check_symbols(archive, lines):
    """`lines`: the output of nm -uC on the archive."""
    member = ""
    for line in lines:
        if line.endswith(":") and not line.startswith(" "):
            member = line[:-1]
            continue
        symbol = line.strip().removeprefix("U ").strip()
        symbol = re.sub(r"@+[\w.]+$", "", symbol)
        if PURE_CALLS.match(symbol):
            continue
        for what, pattern in IMPURE_CALLS.items():
            if re.fullmatch(pattern, symbol):
                yield f"{archive}({member}): {symbol} is {what}"


# --- Words and sizes.

WORDS = re.compile("|".join([r"\bTO" r"DO\b", r"\bFIX" r"ME\b", r"\bX" r"XX\b", r"\bfor " r"now\b", r"place" r"holder",
                             r"not " r"implemented", r"in a real " r"(system|implementation)", r"/wo" r"rk/", r"/tmp/" r"wt"]), re.IGNORECASE)


def check_words(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        match = WORDS.search(line)
        if match:
            yield f'{path}:{number}: "{match.group()}" marks work that is not done, or a place that is not ours'


def is_source(path):
    return PurePosixPath(path).suffix in (".h", ".cpp", ".hpp", ".c")


# --- Refusals: every rule that MLS can break is asked for by a test, by its name.

def check_refusals(path, errors, tests):
    for rule in re.findall(r"^\s*X\((\w+),", errors, re.MULTILINE):
        if not re.search(rf"\bRule::{rule}\b", tests):
            yield f"{path}: no test asks for Rule::{rule}"
