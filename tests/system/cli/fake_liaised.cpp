// A daemon for tests of the client: takes the command line of the real one, serves the real control API over
// a real socket, and has a FakeNode behind it. Its home is a folder with one file that holds what init was
// told.
//
// FAKE_LIAISED_HOSTILE=1: what others wrote is full of terminal attacks.
// FAKE_LIAISED_SILENT=1: commands that wait for others are never answered.
#include <capnp/rpc-twoparty.h>
#include <fcntl.h>
#include <kj/async-unix.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "node/control/convert.h"
#include "node/control/socket.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"
#include "protocol/crypto/init.h"
#include "tests/support/fake_daemon.h"

namespace fs = std::filesystem;
using namespace liaise;
using namespace liaise::test;

namespace {

struct Home {
    std::string name, role, country, passphrase;
};

std::optional<Home> load(const fs::path& home) {
    std::ifstream file(home / "fake");
    Home loaded;
    if (!std::getline(file, loaded.name)) return {};
    std::getline(file, loaded.role);
    std::getline(file, loaded.country);
    std::getline(file, loaded.passphrase);
    return loaded;
}

Time system_time() {
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

class FakeSetup final : public control::Setup::Server {
  public:
    FakeSetup(fs::path home, bool& done) : home_(std::move(home)), done_(done) {}

    kj::Promise<void> create(CreateContext context) override {
        const auto params = context.getParams();
        auto results = context.getResults();
        const std::string name = params.getName().cStr();
        if (fs::exists(home_ / "fake"))
            return refuse(results, 1, "There is a home already. Choose another folder with --home.");
        if (!check_name(name, limits::name_bytes_max).ok())
            return refuse(results, 2,
                          "The name has a control, direction or invisible character. Choose another.");
        created_ = {name, params.getRole().cStr(), params.getCountry().cStr(),
                    std::string(params.getPassphrase().asChars().begin(), params.getPassphrase().size())};
        results.setMemberId("member1d");
        results.setRecoverySheet("Liaise recovery sheet\n1 aaaa 2 bbbb 3 cccc");
        auto groups = results.initCheckGroups(2);
        groups.set(0, 1);
        groups.set(1, 3);
        return kj::READY_NOW;
    }

    kj::Promise<void> confirm(ConfirmContext context) override {
        const auto groups = context.getParams().getGroups();
        const bool right =
            groups.size() == 0 || (groups.size() == 2 && groups[0] == "aaaa" && groups[1] == "cccc");
        if (!right) return refuse(context.getResults(), 1, "That is not what the sheet says. Look again.");
        fs::create_directories(home_);
        ::chmod(home_.c_str(), 0700);
        std::ofstream(home_ / "fake") << created_.name << "\n"
                                      << created_.role << "\n"
                                      << created_.country << "\n"
                                      << created_.passphrase << "\n";
        done_ = true;
        return kj::READY_NOW;
    }

  private:
    template <class Results>
    static kj::Promise<void> refuse(Results results, std::uint8_t exit, const char* sentence) {
        auto refusal = results.initRefusal();
        refusal.setExit(exit);
        refusal.setSentence(sentence);
        return kj::READY_NOW;
    }
    fs::path home_;
    bool& done_;
    Home created_;
};

int set_up(const fs::path& home) {
    auto io = kj::setupAsyncIo();
    bool done = false;
    auto stream = io.lowLevelProvider->wrapSocketFd(0);
    capnp::TwoPartyVatNetwork network(*stream, capnp::rpc::twoparty::Side::SERVER);
    auto rpc = capnp::makeRpcServer(network, kj::heap<FakeSetup>(home, done));
    network.onDisconnect().wait(io.waitScope);
    return done ? 0 : 1;
}

struct Options {
    fs::path home;
    std::vector<std::string> listen;
    int ready = -1, passphrase = -1;
    bool setup = false;
};

Options options_from(int count, char** arguments) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string name = arguments[i];
        if (name == "--setup") options.setup = true;
        if (i + 1 >= count) continue;
        if (name == "--home") options.home = arguments[i + 1];
        if (name == "--listen") options.listen.emplace_back(arguments[i + 1]);
        if (name == "--ready-fd") options.ready = std::atoi(arguments[i + 1]);
        if (name == "--passphrase-fd") options.passphrase = std::atoi(arguments[i + 1]);
    }
    return options;
}

void tell(int descriptor, const std::string& line) {
    if (descriptor < 0) return;
    if (::write(descriptor, line.data(), line.size()) < 0) std::perror("ready");
    ::close(descriptor);
}

std::string read_all(int descriptor) {
    std::string text;
    char piece[512];
    for (ssize_t count = ::read(descriptor, piece, sizeof piece); count > 0;
         count = ::read(descriptor, piece, sizeof piece))
        text.append(piece, static_cast<std::size_t>(count));
    return text;
}

std::unique_ptr<FakeNode> node_for(const Home& home) {
    auto node = std::make_unique<FakeNode>(home.name, home.role, home.country);
    node->hostile = std::getenv("FAKE_LIAISED_HOSTILE") != nullptr;
    node->answers = std::getenv("FAKE_LIAISED_SILENT") == nullptr;
    for (const auto& [name, country] : {std::pair{"Asha Wanjiru", "KE"}, std::pair{"Nguyen Van Minh", "VN"}})
        if (home.name != name) node->add_person(name, "focal-point", country);
    return node;
}

class ClockedDaemon final : public node::control::DaemonControl {
  public:
    ClockedDaemon(FakeDaemon& inner) : inner_(inner) {}
    Time now() const override { return inner_.time = system_time(); }
    node::control::DaemonFacts facts() override { return inner_.facts(); }
    node::service::Node* node() override { return inner_.node(); }
    void node_was_used() override { inner_.node_was_used(); }
    kj::Promise<node::service::Outcome<node::service::Done>> stop() override { return inner_.stop(); }
    kj::Promise<node::service::Outcome<node::service::Done>> lock() override { return inner_.lock(); }
    kj::Promise<node::service::Outcome<node::service::Done>> unlock(crypto::SecretBytes guess) override {
        return inner_.unlock(std::move(guess));
    }

  private:
    FakeDaemon& inner_;
};

int serve(const Options& options) {
    const auto home = load(options.home);
    if (!home) {
        tell(options.ready, "refused 5 There is no home here. Make one with `liaise init`.\n");
        return 5;
    }
    const int lock = ::open((options.home / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        tell(options.ready, "refused 1 Another daemon runs on this home.\n");
        return 1;
    }
    const bool locked = options.passphrase < 0;
    if (!locked && read_all(options.passphrase) != home->passphrase) {
        tell(options.ready, "refused 4 The passphrase is wrong. Try again.\n");
        return 4;
    }
    auto io = kj::setupAsyncIo();
    FakeDaemon inner([&home] { return node_for(*home); });
    ClockedDaemon daemon(inner);
    auto stopping = kj::newPromiseAndFulfiller<void>();
    inner.passphrase = home->passphrase;
    inner.process = {"0.1.0", static_cast<std::uint32_t>(::getpid()), options.home.string(), options.listen,
                     false};
    inner.on_stop = [&stopping] { stopping.fulfiller->fulfill(); };
    node::control::Server server(daemon, io.provider->getTimer());
    inner.serve(server);
    if (locked) (void)inner.lock().wait(io.waitScope);
    const auto socket = node::control::serve_control(options.home, server, *io.lowLevelProvider).value();
    tell(options.ready, "ready\n");
    std::cerr << "fake daemon is ready" << std::endl;
    stopping.promise.wait(io.waitScope);
    io.provider->getTimer().afterDelay(10 * kj::MILLISECONDS).wait(io.waitScope);  // the answer leaves
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    crypto::initialise();
    std::signal(SIGHUP, SIG_DFL);
    const Options options = options_from(count, arguments);
    return options.setup ? set_up(options.home) : serve(options);
}
