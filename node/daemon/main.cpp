// liaised: parse, build, run.
#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "node/daemon/daemon.h"
#include "node/daemon/log.h"
#include "node/daemon/setup.h"
#include "node/daemon/system.h"
#include "node/daemon/version.h"
#include "node/service/refusals.h"
#include "protocol/crypto/init.h"

namespace {

using namespace liaise;
using namespace liaise::node;
using namespace liaise::node::daemon;
using service::Exit;
using service::Outcome;

constexpr std::size_t passphrase_bytes_max = 4096;

// All of it, up to the descriptor's end, less one line feed.
std::optional<crypto::SecretBytes> read_passphrase(std::optional<int> descriptor) {
    if (!descriptor) return std::nullopt;
    crypto::SecretBytes buffer(passphrase_bytes_max);
    std::size_t size = 0;
    while (size < buffer.size()) {
        const ssize_t got = read(*descriptor, buffer.mutable_view().data() + size, buffer.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    close(*descriptor);
    if (size > 0 && buffer.view()[size - 1] == '\n') --size;
    return crypto::SecretBytes::copy_of(buffer.view().first(size));
}

// One line for whoever started us; standard error where nobody asked for it.
void tell(std::optional<int> ready_fd, const Outcome<service::Done>& outcome) {
    const std::string line = outcome ? std::string("ready\n")
                                     : "refused " + std::to_string(static_cast<int>(outcome.refusal().exit)) +
                                           " " + outcome.refusal().sentence + "\n";
    const int to = ready_fd.value_or(STDERR_FILENO);
    if (!outcome || ready_fd) static_cast<void>(!write(to, line.data(), line.size()));
    if (ready_fd) close(*ready_fd);
}

// Until the daemon is told to stop, or why it does not run. Whatever it held is let go of before this
// returns, so that who is told of a refusal finds a home that is free.
Outcome<service::Done> serve(const Options& options, RandomSource& random) {
    if (!std::filesystem::exists(options.home)) return service::refusals::home_missing(options.home);
    auto home = store::Home::open(options.home);
    if (!home && home.error().code == ErrorCode::conflict)
        return service::refusals::home_in_use(options.home, home.error().at);
    if (!home) return service::refusals::home_unusable(options.home, home.error());
    if (!home->initialised()) return service::refusals::home_missing(options.home);

    kj::UnixEventPort::captureSignal(SIGTERM);
    kj::UnixEventPort::captureSignal(SIGINT);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);  // a file at its limit is a write that fails, not the end of the daemon
    auto io = kj::setupAsyncIo();
    io.waitScope.setBusyPollInterval(transport::busy_poll_interval);
    const auto log = open_log(options.log_level);
    Daemon daemon(options, *std::move(home), io, *log, random);
    const auto started = daemon.start(read_passphrase(options.passphrase_fd)).wait(io.waitScope);
    if (!started) return started.refusal();
    tell(options.ready_fd, started);
    daemon.run().wait(io.waitScope);
    return service::Done{};
}

int run_daemon(const Options& options, RandomSource& random) {
    const auto served = serve(options, random);
    if (served) return 0;
    tell(options.ready_fd, served);
    return static_cast<int>(served.refusal().exit);
}

}  // namespace

int main(int count, char** arguments) {
    const std::vector<std::string> words(arguments + 1, arguments + count);
    const auto options = parse_options(words);
    if (!options) {
        if (const auto ready_fd = ready_descriptor(words))
            tell(ready_fd, options.refusal());
        else
            std::fprintf(stderr, "liaised: %s\n", options.refusal().sentence.c_str());
        return static_cast<int>(options.refusal().exit);
    }
    if (options->help || options->version) {
        std::fputs(options->help ? options_help().c_str() : "liaised " LIAISE_VERSION "\n", stdout);
        return 0;
    }
    harden_process();
    raise_descriptor_limit();
    keep_some_heap();
    crypto::initialise();
    SystemRandom random;
    if (options->setup) return run_setup(options->home, random);
    return run_daemon(*options, random);
}
