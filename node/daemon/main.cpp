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
void tell(const Options& options, const Outcome<service::Done>& outcome) {
    const std::string line = outcome ? std::string("ready\n")
                                     : "refused " + std::to_string(static_cast<int>(outcome.refusal().exit)) +
                                           " " + outcome.refusal().sentence + "\n";
    const int to = options.ready_fd.value_or(STDERR_FILENO);
    if (!outcome || options.ready_fd) static_cast<void>(!write(to, line.data(), line.size()));
    if (options.ready_fd) close(*options.ready_fd);
}

int run_daemon(const Options& options, RandomSource& random) {
    const auto refuse = [&](const service::Refusal& refusal) {
        tell(options, refusal);
        return static_cast<int>(refusal.exit);
    };
    if (!std::filesystem::exists(options.home)) return refuse(service::refusals::home_missing(options.home));
    auto home = store::Home::open(options.home);
    if (!home) {
        const Error& error = home.error();
        return refuse(error.code == ErrorCode::conflict
                          ? service::refusals::home_in_use(options.home, error.at)
                          : service::refusals::home_unusable(options.home, error));
    }
    if (!home->initialised()) return refuse(service::refusals::home_missing(options.home));

    kj::UnixEventPort::captureSignal(SIGTERM);
    kj::UnixEventPort::captureSignal(SIGINT);
    signal(SIGPIPE, SIG_IGN);
    auto io = kj::setupAsyncIo();
    io.waitScope.setBusyPollInterval(transport::busy_poll_interval);
    const auto log = open_log(options.log_level);
    Daemon daemon(options, *std::move(home), io, *log, random);
    const auto started = daemon.start(read_passphrase(options.passphrase_fd)).wait(io.waitScope);
    if (!started) return refuse(started.refusal());
    tell(options, started);
    daemon.run().wait(io.waitScope);
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    const auto options = parse_options({arguments + 1, arguments + count});
    if (!options) {
        std::fprintf(stderr, "liaised: %s\n", options.refusal().sentence.c_str());
        return static_cast<int>(options.refusal().exit);
    }
    if (options->help || options->version) {
        std::fputs(options->help ? options_help().c_str() : "liaised " LIAISE_VERSION "\n", stdout);
        return 0;
    }
    harden_process();
    crypto::initialise();
    SystemRandom random;
    if (options->setup) return run_setup(options->home, random);
    return run_daemon(*options, random);
}
